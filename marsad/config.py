"""The configuration of a watch: one folder, its files composed. The one reader of the environment.

Each section's model belongs to the package that uses it; here they are read together, so that
every error of every file is told at once.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field

from alerts.loader import Known, load_rule_set
from alerts.receivers import Receiver
from alerts.rules import RuleSet
from ingest.config import FeedsFile, FetchConfig, load_feeds, resolve_url
from marsad.article import Source
from marsad.errors import ConfigError, ConfigProblem
from marsad.regions import Region, load_regions
from marsad.yaml_config import ConfigModel, YamlDocument, read_yaml, validate
from stream.reading.lexicon import Lexicon
from stream.reading.topics import TopicTable

MAIN_FILE: Final = "marsad.yaml"

Part = TypeVar("Part")


class HttpConfig(ConfigModel):
    """Where health and metrics are read."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="0 takes any free port")] = 8787


class Settings(ConfigModel):
    """``marsad.yaml``. Paths count from its folder."""

    data: str = Field("data", description="folder of the watch's databases")
    feeds: str = Field("feeds.yaml", description="the feeds to poll")
    rules: str = Field("rules", description="folder of rule files, or one file")
    shipped_rules: bool = Field(True, description="take the shipped rules besides your own")
    routes: str = Field("routes.yaml", description="receivers, and who gets which alerts")
    regions: str | None = Field(None, description="regions of your own, over the shipped ones")
    lexicon: tuple[str, ...] = Field((), description="lexicon files laid over the shipped one")
    gazetteer: tuple[str, ...] = Field((), description="files that `marsad gazetteer import` made")
    http: HttpConfig = HttpConfig()
    workers: Literal["auto"] | Annotated[int, Field(ge=1, le=64)] = Field("auto", description="reading processes")
    fetch: FetchConfig = FetchConfig()


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """A whole configuration that was found good."""

    folder: Path
    settings: Settings
    feeds: FeedsFile
    urls: Mapping[str, str]
    """Feed slug → URL with its secret; never shown, never logged."""
    rule_set: RuleSet
    lexicon: tuple[str, ...]
    gazetteer: tuple[Path, ...]

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

    def receiver_urls(self, receiver: Receiver) -> list[str]:
        """The receiver's Apprise URLs, secrets resolved now: a changed secret needs no restart."""
        return receiver.resolve(os.environ, self.folder)


def load(folder: Path) -> WatchConfig:
    """Read a watch's folder. Raises ConfigError with every problem of every file."""
    problems: list[ConfigProblem] = []
    settings = _collect(problems, lambda: validate(Settings, _main_document(folder)))
    if settings is None:
        raise ConfigError(problems)
    feeds = _collect(problems, lambda: load_feeds(folder / settings.feeds))
    urls = _collect(problems, lambda: _urls(feeds, folder)) if feeds else None
    overlays = _collect(problems, lambda: _texts(folder, settings.lexicon))
    lexicon = _collect(problems, lambda: Lexicon.packaged(overlays or ()))
    regions = _collect(problems, lambda: load_regions(_optional(folder, settings.regions)))
    gazetteer = tuple(folder / name for name in settings.gazetteer)
    problems += [
        ConfigProblem(
            MAIN_FILE, 0, f"gazetteer[{index}]", f"there is no file {path}: make it with `marsad gazetteer import`"
        )
        for index, path in enumerate(gazetteer)
        if not path.is_file()
    ]
    rule_set = _collect(problems, lambda: _rules(folder, settings, regions or {}, feeds, lexicon))
    if problems or feeds is None or urls is None or rule_set is None:
        raise ConfigError(problems)
    return WatchConfig(folder, settings, feeds, urls, rule_set, tuple(overlays or ()), gazetteer)


def config_stamp(config: WatchConfig) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file that rules come from does: name, time of change and size of each."""
    settings = config.settings
    names = [settings.routes, *([settings.regions] if settings.regions else []), MAIN_FILE]
    paths = [*rule_files(config.folder, settings), *(config.folder / name for name in names)]
    found = ((path, path.stat()) for path in paths if path.exists())
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def data_folder(folder: Path) -> Path:
    """The folder of the databases, whatever the other files are like. Raises ConfigError."""
    return folder / validate(Settings, _main_document(folder)).data


def shipped_rules(regions: Mapping[str, Region] | None = None) -> RuleSet:
    """The shipped rules and regions alone, for readings without a watch of one's own."""
    known = _known(None, Lexicon.packaged())
    return load_rule_set(
        shipped=True, rule_files=(), routes_file=None, regions=regions or load_regions(None), known=known
    )


def rule_files(folder: Path, settings: Settings) -> tuple[Path, ...]:
    """The operator's rule files, in a fixed order."""
    path = folder / settings.rules
    return tuple(sorted(path.glob("*.yaml"))) if path.is_dir() else (path,) if path.exists() else ()


def _rules(
    folder: Path, settings: Settings, regions: Mapping[str, Region], feeds: FeedsFile | None, lexicon: Lexicon | None
) -> RuleSet:
    return load_rule_set(
        shipped=settings.shipped_rules,
        rule_files=rule_files(folder, settings),
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


def _main_document(folder: Path) -> YamlDocument:
    path = folder / MAIN_FILE
    if not path.is_file():
        raise ConfigError(
            [ConfigProblem(str(path), 0, "", "there is no such file: `marsad init DIR` writes a watch of your own")]
        )
    return read_yaml(path)


def _urls(feeds: FeedsFile, folder: Path) -> dict[str, str]:
    return {feed.slug: resolve_url(feed, os.environ, folder) for feed in feeds.feeds if feed.enabled}


def _texts(folder: Path, names: Sequence[str]) -> list[str]:
    texts, problems = [], []
    for index, name in enumerate(names):
        try:
            texts.append((folder / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(ConfigProblem(MAIN_FILE, 0, f"lexicon[{index}]", f"{name} cannot be read: {error}"))
    if problems:
        raise ConfigError(problems)
    return texts


def _optional(folder: Path, name: str | None) -> YamlDocument | None:
    return read_yaml(folder / name) if name else None


def _collect(problems: list[ConfigProblem], read: Callable[[], Part]) -> Part | None:
    """The part, or None with its problems noted, so that the next part is read all the same."""
    try:
        return read()
    except ConfigError as error:
        problems += error.problems
        return None
