"""The configuration of a watch: one folder, its files composed. The one reader of the environment.

Each section's model belongs to the package that uses it; here they are read together, so that
every error of every file is told at once.
"""

import os
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from alerts.loader import Known, load_rule_set
from alerts.receivers import Receiver
from alerts.rules import RuleSet
from ingest.config import FeedsFile, load_feeds, resolve_url
from marsad.article import Source
from marsad.errors import ConfigError, ConfigProblem
from marsad.kafka.settings import KafkaAccess, resolve
from marsad.regions import Region, load_regions
from marsad.secret_ref import NotThereError
from marsad.settings import MAIN_FILE, Settings, elastic_section, kafka_section, main_document, settings_of
from marsad.yaml_config import YamlDocument, YamlPath, read_yaml, validate
from stream.index import elastic_settings
from stream.index.elastic_settings import ElasticAccess
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.topics import TopicTable

Part = TypeVar("Part")
Stamp = tuple[tuple[str, int, int], ...]

INSTANCE: Final = "MARSAD_INSTANCE"
_INSTANCE: Final = re.compile(r"[A-Za-z0-9._-]{1,200}")


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """A whole configuration that was found good."""

    folder: Path
    settings: Settings
    feeds: FeedsFile
    resolved: Mapping[str, str] | None
    """``urls``, or None where they were not looked up."""
    rule_set: RuleSet
    lexicon: tuple[str, ...]
    gazetteer: tuple[Path, ...]

    @property
    def urls(self) -> Mapping[str, str]:
        """Feed slug → URL with its secret; never shown, never logged. Raises ValueError where it is not to poll."""
        if self.resolved is None:
            raise ValueError("this configuration was read for a process that fetches no feed")
        return self.resolved

    @property
    def data(self) -> Path:
        """The folder of the databases."""
        return self.folder / self.settings.data

    @property
    def workers(self) -> int:
        """How many reading processes."""
        return os.cpu_count() or 1 if self.settings.workers == "auto" else self.settings.workers

    @property
    def sources(self) -> dict[str, Source]:
        """What may be known of each feed outside ingest."""
        return {feed.slug: feed.source() for feed in self.feeds.feeds}

    def gazetteer_stamp(self) -> Stamp:
        """Changes whenever a gazetteer file does: they are too large to be compared."""
        return tuple(_stamp(path) for path in self.gazetteer)

    def receiver_urls(self, receiver: Receiver) -> list[str]:
        """The receiver's Apprise URLs, secrets resolved now: a changed secret needs no restart."""
        return receiver.resolve(os.environ, self.folder)


def load(folder: Path, *, polls: bool = True) -> WatchConfig:
    """Read a watch's folder. Raises ConfigError with every problem of every file.

    ``polls``: whether feeds are fetched. Who does not needs no secret of theirs, and none is looked up.
    """
    main = main_document(folder)
    settings = validate(Settings, main)
    problems: list[ConfigProblem] = []
    feeds = _collect(problems, lambda: load_feeds(folder / settings.feeds))
    urls = _collect(problems, lambda: _urls(feeds, folder)) if feeds and polls else None
    overlays = _collect(problems, lambda: _texts(folder, settings.lexicon, main))
    lexicon = _collect(problems, lambda: _lexicon(folder, settings.lexicon, overlays or ()))
    regions = _collect(problems, lambda: load_regions(_optional(folder, settings.regions)))
    gazetteer = tuple(folder / name for name in settings.gazetteer)
    problems += [
        main.problem(("gazetteer", index), f"there is no file {path}: make it with `marsad gazetteer import`")
        for index, path in enumerate(gazetteer)
        if not os.path.isfile(path)  # noqa: PTH113  Path.is_file raises where a folder may not be entered
    ]
    files = _collect(problems, lambda: _rule_files(folder, settings, main))
    if gazetteer and not problems:
        _collect(problems, lambda: Gazetteer.packaged(gazetteer))
    rule_set = _collect(problems, lambda: _rules(folder, settings, files or (), regions or {}, feeds, lexicon))
    if problems or feeds is None or rule_set is None:
        raise ConfigError(problems)
    return WatchConfig(folder, settings, feeds, urls, rule_set, tuple(overlays or ()), gazetteer)


def config_stamp(folder: Path, settings: Settings) -> Stamp:
    """Changes whenever a file of the watch does: name, time of change and size of each."""
    names = [settings.feeds, settings.routes, *([settings.regions] if settings.regions else []), MAIN_FILE]
    try:
        rules = rule_files(folder, settings)
    except OSError:
        rules = ()  # the reload says what is wrong with the folder
    paths = [*rules, *(folder / name for name in (*names, *settings.lexicon, *settings.gazetteer))]
    return tuple(_stamp(path) for path in paths)


def check_secrets(config: WatchConfig, *, searches: bool = False) -> None:
    """Look up the secrets of receivers, of Kafka and, for who ``searches``, of Elasticsearch. Raises ConfigError."""
    problems: list[ConfigProblem] = []
    if config.settings.kafka:
        _collect(problems, lambda: kafka_access(config.folder, config.settings))
    if searches and config.settings.elasticsearch:
        _collect(problems, lambda: elastic_access(config.folder, config.settings))
    for receiver in config.rule_set.receivers:
        _collect(problems, partial(config.receiver_urls, receiver))
    if problems:
        raise ConfigError(problems)


def kafka_access(folder: Path, settings: Settings) -> KafkaAccess:
    """How to reach Kafka, its secrets looked up. Raises ConfigError with all that are missing."""
    return _looked_up(folder, ("kafka", "security"), partial(resolve, kafka_section(folder, settings)))


def elastic_access(folder: Path, settings: Settings) -> ElasticAccess:
    """How to reach Elasticsearch, its secrets looked up. Raises ConfigError with all that are missing."""
    return _looked_up(folder, ("elasticsearch",), partial(elastic_settings.resolve, elastic_section(folder, settings)))


def given_instance() -> str | None:
    """The name that ``MARSAD_INSTANCE`` gives this process, the same after a restart. Raises ConfigError."""
    name = os.environ.get(INSTANCE, "").strip()
    return checked_instance(name) if name else None


def checked_instance(name: str) -> str:
    """The name, where it is one that Kafka takes. Raises ConfigError."""
    if not _INSTANCE.fullmatch(name):
        message = f"{name!a} names no process: write letters, digits, '.', '_' and '-', such as poll-0"
        raise ConfigError([ConfigProblem(INSTANCE, 0, "", message)])
    return name


def instance_name() -> str:
    """What tells a process from others of its kind, the same after a restart: what is given, or the host."""
    return given_instance() or socket.gethostname()


def data_folder(folder: Path) -> Path:
    """The folder of the databases, whatever the other files are like. Raises ConfigError."""
    return folder / settings_of(folder).data


def known_regions(folder: Path) -> Mapping[str, Region]:
    """The shipped regions and the watch's own, whatever the other files are like. Raises ConfigError."""
    return load_regions(_optional(folder, settings_of(folder).regions))


def configured_feeds(folder: Path) -> FeedsFile:
    """The feeds of the watch's file, their secrets not looked up. Raises ConfigError."""
    return load_feeds(folder / settings_of(folder).feeds)


def shipped_rules(regions: Mapping[str, Region] | None = None) -> RuleSet:
    """The shipped rules and regions alone, for readings without a watch of one's own."""
    known = _known(None, Lexicon.packaged())
    return load_rule_set(
        shipped=True, rule_files=(), routes_file=None, regions=regions or load_regions(None), known=known
    )


def rule_files(folder: Path, settings: Settings) -> tuple[Path, ...]:
    """The operator's rule files, in a fixed order. Raises OSError for a folder that cannot be read."""
    path = folder / settings.rules
    try:
        return tuple(sorted(found for found in path.iterdir() if found.suffix == ".yaml"))
    except NotADirectoryError:
        return (path,)


def _rule_files(folder: Path, settings: Settings, main: YamlDocument) -> tuple[Path, ...]:
    """Raises ConfigError for a folder that cannot be read, or was named and is not there."""
    try:
        return rule_files(folder, settings)
    except FileNotFoundError:
        if "rules" not in settings.model_fields_set:
            return ()
        message = f"there is no folder {folder / settings.rules}: make it, or leave the key out"
        raise ConfigError([main.problem(("rules",), message)]) from None
    except OSError as error:
        message = f"the folder {folder / settings.rules} cannot be read: {error.strerror}"
        raise ConfigError([main.problem(("rules",), message)]) from error


def _rules(
    folder: Path,
    settings: Settings,
    files: tuple[Path, ...],
    regions: Mapping[str, Region],
    feeds: FeedsFile | None,
    lexicon: Lexicon | None,
) -> RuleSet:
    return load_rule_set(
        shipped=settings.shipped_rules,
        rule_files=files,
        routes_file=folder / settings.routes,
        regions=regions,
        known=_known(feeds, lexicon),
    )


def _known(feeds: FeedsFile | None, lexicon: Lexicon | None) -> Known:
    return Known(
        feeds=frozenset(feed.slug for feed in feeds.feeds) if feeds else None,
        tags=frozenset(tag for feed in feeds.feeds for tag in feed.tags) if feeds else None,
        actors=frozenset(lexicon.actors) if lexicon else None,
        topics=frozenset(TopicTable.packaged().names),
    )


def _stamp(path: Path) -> tuple[str, int, int]:
    """An editor that replaces a file takes it away for a moment: that is a change too, and no fault."""
    try:
        stat = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), stat.st_mtime_ns, stat.st_size)


def _urls(feeds: FeedsFile, folder: Path) -> dict[str, str]:
    problems: list[ConfigProblem] = []
    urls = {
        feed.slug: _collect(problems, partial(resolve_url, feed, os.environ, folder)) or "" for feed in feeds.enabled()
    }
    if problems:
        raise ConfigError(problems)
    return urls


def _texts(folder: Path, names: Sequence[str], main: YamlDocument) -> list[str]:
    texts, problems = [], []
    for index, name in enumerate(names):
        try:
            texts.append((folder / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
            problems.append(main.problem(("lexicon", index), f"{folder / name} cannot be read: {reason}"))
    if problems:
        raise ConfigError(problems)
    return texts


def _lexicon(folder: Path, names: Sequence[str], overlays: Sequence[str]) -> Lexicon:
    """The shipped one with the operator's laid over it. Raises ConfigError, which names the operator's files."""
    try:
        return Lexicon.packaged(overlays)
    except ConfigError as error:
        files = {f"lexicon overlay {number}": str(folder / name) for number, name in enumerate(names, 1)}
        raise ConfigError(replace(one, file=files.get(one.file, one.file)) for one in error.problems) from error


def _optional(folder: Path, name: str | None) -> YamlDocument | None:
    return read_yaml(folder / name) if name else None


def _looked_up(folder: Path, section: YamlPath, resolved: Callable[[Mapping[str, str], Path], Part]) -> Part:
    """What the section comes to. Raises ConfigError with the line of each key whose secret is missing."""
    try:
        return resolved(os.environ, folder)
    except NotThereError as error:
        main = main_document(folder)
        raise ConfigError(main.problem((*section, key), message) for key, message in error.missing) from error


def _collect(problems: list[ConfigProblem], read: Callable[[], Part]) -> Part | None:
    """The part, or None with its problems noted, so that the next part is read all the same."""
    try:
        return read()
    except ConfigError as error:
        problems += error.problems
        return None
