"""The watch's files as they are on disk, against those that it runs with."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alerts.rules import RuleSet
from marsad.config import WatchConfig, check_secrets, config_stamp, load
from marsad.errors import ConfigError
from marsad.settings import MAIN_FILE, settings_of

_AT_RESTART: Final = ("data", "http", "workers", "fetch", "lexicon", "gazetteer", "kafka", "elasticsearch")
"""Settings that are read once; rules, routes and regions are taken into force while it runs."""


class ConfigFiles:
    """Says when files changed, gives the rule set that they hold now, and what of the rest waits for a restart."""

    def __init__(self, started: WatchConfig) -> None:
        """``started`` was read just now: an edit from here on is seen."""
        self._started = self._last = started
        self._settings = started.settings
        self._stamp = config_stamp(self._folder, self._settings)
        self._overlays = _contents(started)
        self.refused = False
        """Whether the files as they are now were found bad: the watch runs on with the last good ones."""

    def changed(self) -> bool:
        """Whether a file changed since it was asked last; also one that only the changed settings name."""
        stamp = config_stamp(self._folder, self._settings)
        if stamp == self._stamp:
            return False
        try:
            self._settings = settings_of(self._folder)
            stamp = config_stamp(self._folder, self._settings)
        except ConfigError:
            pass  # loading tells it, with every other problem
        self._stamp = stamp
        return True

    def rule_set(self) -> RuleSet:
        """The rule set of the files as they are now, its receivers' secrets found. Raises ConfigError."""
        return self._read(check_secrets).rule_set

    def look(self) -> None:
        """Read the files as they are now, for a process that reads them once, at its start. Raises ConfigError."""
        self._read(lambda _config: None)

    def _read(self, check: Callable[[WatchConfig], None]) -> WatchConfig:
        try:
            config = load(self._folder, polls=self._started.resolved is not None)
            check(config)
        except ConfigError:
            self.refused = True
            raise
        self._last, self.refused = config, False
        return config

    def at_restart(self) -> tuple[str, ...]:
        """What was changed on disk and takes effect when the watch is started again, by file and setting."""
        started, last = self._started, self._last
        feeds = (started.feeds, started.resolved) != (last.feeds, last.resolved)
        overlays = _contents(last)
        names = [
            name
            for name in _AT_RESTART
            if getattr(started.settings, name) != getattr(last.settings, name)
            or overlays.get(name) != self._overlays.get(name)
        ]
        return (*([last.settings.feeds] if feeds else []), *(f"{MAIN_FILE}: {name}" for name in names))

    @property
    def _folder(self) -> Path:
        return self._started.folder


def _contents(config: WatchConfig) -> dict[str, object]:
    """What the files hold that settings name: as text, or as size and time of change where they are large."""
    return {"lexicon": config.lexicon, "gazetteer": config.gazetteer_stamp()}
