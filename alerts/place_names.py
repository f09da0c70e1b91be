"""How towns and divisions are called in a message's language, from the packaged gazetteer's own rows.

A row's names stand in several languages without saying which is which: an Arabic one is known by its script, and
the row's own name serves English and French.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

_DEFAULTS: Final = Path(str(files("marsad"))) / "defaults"
_FILES: Final = ("places.tsv", "admin1.tsv")
_KINDS: Final = frozenset({"town", "capital", "admin1"})
_GENERIC: Final = ("إقليم ", "منطقة ", "ولاية ", "مقاطعة ", "محافظة ")
"""What a division's Arabic name may begin with: the bare name stands better in a row of places."""


class PlaceNames(NamedTuple):
    """Arabic names by country and name; the names of divisions by their code."""

    arabic: dict[tuple[str, str], str]
    divisions: dict[str, tuple[str, str]]
    """Code → name, name in Arabic."""

    def town(self, country: str | None, name: str, language: str) -> str:
        """A town's name, as the gazetteer calls it where its name in the language is not known."""
        return self.arabic.get((country or "", name), name) if language == "ar" else name

    def division(self, code: str, language: str) -> str:
        """A division's name; empty where it is not known."""
        name, arabic = self.divisions.get(code, ("", ""))
        return arabic if language == "ar" else name


@cache
def place_names() -> PlaceNames:
    """The packaged names, read once."""
    return collected(row for name in _FILES for row in _rows(_DEFAULTS / name))


def collected(rows: Iterable[dict[str, str]]) -> PlaceNames:
    """Of two rows of one country and name the first counts; a town's name also serves the division it names."""
    names = PlaceNames({}, {})
    for row in rows:
        if row["kind"] not in _KINDS:
            continue
        arabic = _arabic(row["names"].split("|"))
        if arabic:
            names.arabic.setdefault((row["country"], row["name"]), arabic)
        if row["kind"] == "admin1":
            names.divisions.setdefault(row["admin1"], (row["name"], arabic or row["name"]))
    return names


def _arabic(names: Iterable[str]) -> str:
    first = next((name for name in names if name and "\u0621" <= name[0] <= "\u064a"), "")
    for word in _GENERIC:
        first = first.removeprefix(word)
    return first


def _rows(path: Path) -> Iterator[dict[str, str]]:
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#"))
    header = next(lines)
    return (dict(zip(header, line, strict=True)) for line in lines)
