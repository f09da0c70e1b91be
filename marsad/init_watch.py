"""``marsad init``: write a watch of one's own from feed packs, with commented files to go on from."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from marsad.errors import MarsadError, did_you_mean

DEFAULTS: Final = Path(__file__).parent / "defaults"
PACKS: Final = DEFAULTS / "packs"
TEMPLATES: Final = DEFAULTS / "watch"
LANGUAGES: Final = ("ar", "en", "fr")
"""Those that alerts can be written in."""

_FEEDS_HEAD: Final = """\
# The feeds that are polled, from the packs {packs}. A feed that moved shows up in `marsad feeds list`.
# Each may also have: interval (5m), reliability (A to F, Admiralty scale), tags, tlp, identity, enabled: false.
# Feeds of one family count as one source.

"""


class BadChoiceError(MarsadError):
    """Something that was asked for cannot be had: another word, or another folder, is wanted."""


@dataclass(frozen=True, slots=True)
class PackFeed:
    """One feed of the shipped list. ``covers`` holds countries or wider areas, as words."""

    slug: str
    name: str
    url: str
    language: str
    country: str
    family: str
    kind: str
    covers: str
    packs: tuple[str, ...]


def packs(folder: Path = PACKS) -> dict[str, str]:
    """Every pack with what it is about."""
    return {row["pack"]: row["about"] for row in _rows(folder / "packs.tsv")}


def pack_feeds(folder: Path = PACKS) -> tuple[PackFeed, ...]:
    """Every feed of the shipped list, by slug."""
    return tuple(
        PackFeed(**{**row, "packs": tuple(row["packs"].split(","))})  # type: ignore[arg-type]
        for row in _rows(folder / "feeds.tsv")
    )


def write_watch(folder: Path, packs: Sequence[str], language: str, *, force: bool = False) -> list[Path]:
    """Write a watch's files and return their paths.

    ``language`` is that of the messages. Raises BadChoiceError for a folder that holds something already (``force``
    overwrites the files that would be written, and nothing else), an unknown pack or language; MarsadError where it
    cannot be written.
    """
    chosen = _chosen(packs)
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise BadChoiceError(f"messages cannot be written in {language!r}: take one of {known}")
    if folder.exists() and not folder.is_dir():
        raise BadChoiceError(f"{folder} is a file: name a folder, which may be new")
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise BadChoiceError(f"{folder} is not empty: name another folder, or overwrite its files with --force")
    return _write(folder, _texts(chosen, packs, language))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _chosen(names: Sequence[str]) -> list[PackFeed]:
    known = packs()
    if not names:
        raise BadChoiceError(f"name at least one pack: {', '.join(known)}")
    for name in names:
        if name not in known:
            raise BadChoiceError(f"there is no pack {name!r}{did_you_mean(name, known)}; packs: {', '.join(known)}")
    return [feed for feed in pack_feeds() if set(feed.packs) & set(names)]


def _texts(feeds: Sequence[PackFeed], names: Sequence[str], language: str) -> dict[str, str]:
    """File name → text."""
    routes = (TEMPLATES / "routes.yaml").read_text(encoding="utf-8")
    return {
        "marsad.yaml": (TEMPLATES / "marsad.yaml").read_text(encoding="utf-8"),
        "feeds.yaml": feeds_yaml(feeds, names),
        "routes.yaml": routes.replace("LANGUAGE", language),
        "rules/own.yaml": (TEMPLATES / "rules" / "own.yaml").read_text(encoding="utf-8"),
    }


def feeds_yaml(feeds: Sequence[PackFeed], names: Sequence[str]) -> str:
    """A ``feeds.yaml`` of these feeds."""
    head = _FEEDS_HEAD.format(packs=", ".join(names))
    entries = [
        {
            "slug": feed.slug,
            "name": feed.name,
            "url": feed.url,
            "language": feed.language,
            "country": feed.country,
            "family": feed.family,
        }
        for feed in feeds
    ]
    return head + yaml.safe_dump({"feeds": entries}, allow_unicode=True, sort_keys=False, width=1_000)


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    written = []
    try:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise MarsadError(f"{folder} cannot be written: {error.strerror}") from error
    return written
