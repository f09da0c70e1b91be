"""The lexicon: words that mean something to the reader, as tab-separated lines an operator can overlay.

Columns: class, concept, language, term, weight, flag, note. The classes are listed in ``CLASSES``;
flags are the matcher's. A weight counts for the concept where positive and against a fresh event
where negative (READING 6.2).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from sys import intern
from typing import Final

import msgspec

from marsad.errors import ConfigError, ConfigProblem, did_you_mean
from stream.reading.terms import FLAGS, Term
from stream.reading.text import normalise_all

CLASSES: Final[Mapping[str, str]] = {
    "ev": "an event's trigger word; the concept is its kind",
    "kill": "people killed",
    "inj": "people injured",
    "ct": "an operation of state forces against armed groups",
    "rel": "a release of captives",
    "tgt": "those who are attacked",
    "per": "those who attack",
    "vm": "militants as victims",
    "rec": "recency",
    "bg": "background, history",
    "st": "statistics",
    "pol": "policy and commentary",
    "mod": "what is feared, planned or possible",
    "foil": "foiled or repelled",
    "neg": "denied",
    "blk": "a sense that is no event: sport, film, metaphor",
    "upd": "new facts on an event already told",
    "nov": "another event than those told before",
    "clm": "a claim of responsibility",
    "rxn": "reactions to an event",
    "gen": "a sign of the genre; the concept is the IPTC genre",
    "fur": "page furniture; the concept says what it does",
    "agency": "a news agency; the concept is its id",
    "role": "what the name beside it did, suffered, claimed or said",
    "act": "a name of an actor; the concept is its id",
    "actor": "an actor's label; the flag is its kind",
}

ACTOR_KINDS: Final = frozenset(("state", "non-state"))
_COLUMNS: Final = ("class", "concept", "language", "term", "weight", "flag", "note")
_FEWEST: Final = 6

_Key = tuple[str, str, str, str]
"""Class, concept, language, folded term."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A line of the lexicon."""

    cls: str
    concept: str
    language: str
    term: str
    weight: float
    flag: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All entries in force, in file order, overlays applied."""

    entries: tuple[Entry, ...]
    actors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Actor id → language → label."""
    actor_kinds: Mapping[str, str] = field(default_factory=dict)
    """Actor id → ``state`` or ``non-state``."""

    @classmethod
    def from_tsv(cls, text: str, overlays: Iterable[str] = (), *, name: str = "lexicon.tsv") -> "Lexicon":
        """A lexicon from a file's text and overlays of it, in order. Bad lines raise ConfigError, all at once.

        An overlay's line replaces the one with the same class, concept, language and term;
        weight ``-`` or 0 removes it.
        """
        problems: list[ConfigProblem] = []
        entries = dict(_parsed(text, name, problems, removable=False))
        return _overlaid(entries, overlays, problems)

    @classmethod
    def packaged(cls, overlays: Iterable[str] = ()) -> "Lexicon":
        """The shipped lexicon with an operator's overlays."""
        return _overlaid(dict(_shipped()), overlays, [])

    def terms(self) -> Iterator[Term]:
        """Every entry as something for the matcher to find."""
        return (Term(entry.term, entry.flag, entry) for entry in self.entries)

    def of(self, cls: str) -> tuple[Entry, ...]:
        """The entries of one class."""
        return tuple(entry for entry in self.entries if entry.cls == cls)


@cache
def packaged() -> str:
    """The shipped lexicon's text."""
    return resources.files("marsad").joinpath("defaults", "lexicon.tsv").read_text("utf-8")


@cache
def _shipped() -> Mapping[_Key, Entry]:
    """The shipped entries: an operator's, the markers' and a tool's lexicon share them."""
    problems: list[ConfigProblem] = []
    entries = dict(_parsed(packaged(), "lexicon.tsv", problems, removable=False))
    if problems:
        raise ConfigError(problems)
    return entries


def _overlaid(entries: dict[_Key, Entry], overlays: Iterable[str], problems: list[ConfigProblem]) -> Lexicon:
    for number, overlay in enumerate(overlays, 1):
        for key, entry in _parsed(overlay, f"lexicon overlay {number}", problems, removable=True):
            if entry.weight:
                entries[key] = entry
            else:
                entries.pop(key, None)
    if problems:
        raise ConfigError(problems)
    return _built(tuple(entries.values()))


def _built(entries: tuple[Entry, ...]) -> Lexicon:
    labels: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    for entry in entries:
        if entry.cls == "actor":
            labels.setdefault(entry.concept, {})[entry.language] = entry.term
            kinds[entry.concept] = entry.flag
    found = tuple(entry for entry in entries if entry.cls != "actor")
    return Lexicon(found, labels, kinds)


def _parsed(text: str, name: str, problems: list[ConfigProblem], *, removable: bool) -> Iterator[tuple[_Key, Entry]]:
    """Each entry with what an overlay's line must share to replace it; spelling variants are one term."""
    rows = list(_rows(text))
    folded = normalise_all(["".join(cells[3:4]) for _number, cells in rows])
    for (number, cells), term in zip(rows, folded, strict=True):
        wrong = _wrong(cells, removable=removable, has_letters=bool(term))
        if wrong:
            problems.append(ConfigProblem(name, number, *wrong))
        else:
            weight = 0.0 if cells[4] == "-" else float(cells[4])
            cls, concept, language, flag = map(intern, (*cells[:3], cells[5]))  # shared: less memory, found faster
            entry = Entry(cls, concept, language, cells[3], weight, flag, "".join(cells[6:7]))
            yield (entry.cls, entry.concept, entry.language, term), entry


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        cells = [cell.strip() for cell in line.rstrip("\r").split("\t")]
        if any(cells) and not cells[0].startswith("#") and tuple(cells) != _COLUMNS:
            yield number, cells


def _wrong(cells: list[str], *, removable: bool, has_letters: bool) -> tuple[str, str] | None:
    """The column that is wrong and what to write instead."""
    if not _FEWEST <= len(cells) <= len(_COLUMNS):
        return "", f"{len(cells)} columns; write {' TAB '.join(_COLUMNS)} (the note may be left out)"
    cls, concept, language, term, weight, flag = cells[:_FEWEST]
    if cls not in CLASSES:
        return "class", f"unknown class {cls!r}{did_you_mean(cls, CLASSES)}; known: {', '.join(sorted(CLASSES))}"
    flags = ACTOR_KINDS if cls == "actor" else FLAGS
    wrong = {
        "concept": "is empty; write an id" if not concept else "",
        "language": "is empty; write ar, fr, en or the like" if not language else "",
        "term": f"{term!r} has no letters or digits; write the word as it stands in text" * (not has_letters),
        "weight": "" if _weighs(weight, removable=removable) else _no_weight(weight, removable=removable),
        "flag": f"unknown flag {flag!r}; write one of {', '.join(sorted(flags))}" if flag not in flags else "",
    }
    return next(((column, message) for column, message in wrong.items() if message), None)


def _no_weight(weight: str, *, removable: bool) -> str:
    example = "one like 2.5, or - to remove the term" if removable else "one like 2.5"
    return f"{weight!r} is no number other than 0; write {example}"


def _weighs(weight: str, *, removable: bool) -> bool:
    if weight == "-":
        return removable
    try:
        value = float(weight)
    except ValueError:
        return False
    return abs(value) <= 100 and (removable or value != 0)
