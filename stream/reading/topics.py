"""IPTC Media Topics and their weighted keywords (CC BY 4.0; READING 2). Keywords and names are data: topics.tsv."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import ClassVar, Final

from marsad.errors import ConfigError, ConfigProblem
from stream.reading.lexicon import Entry
from stream.reading.terms import FLAGS, Term

TOPIC: Final = "topic"
"""The class of all keywords."""
_BLOCKING: Final = "blk"
_COLUMNS: Final = 5


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A keyword of a topic, or a word of the lexicon that says something about one: the matcher's payload."""

    cls: ClassVar[str] = TOPIC
    code: str
    """Empty for a set phrase that only blocks."""
    term: str
    weight: float
    concept: bool = False
    """It comes from the lexicon: a set phrase that is no event silences it where it covers it."""
    blocking: bool = False
    """It is such a phrase."""


def _concept(code: str, name: str, weight: float) -> TopicTerm:
    """What ``class:concept`` of the lexicon says about a topic."""
    return TopicTerm(code, name, weight, concept=True, blocking=name.partition(":")[0] == _BLOCKING)


_ONLY_BLOCKS: Final = (_concept("", f"{_BLOCKING}:", 0.0),)


@dataclass(frozen=True)
class TopicTable:
    """Names, parents and keywords of the topics."""

    names: Mapping[str, Mapping[str, str]]
    """Code → language → name."""
    parents: Mapping[str, str]
    concepts: Mapping[str, tuple[TopicTerm, ...]]
    """``class:concept`` of the lexicon → what it says about topics."""
    keywords: tuple[Term, ...]

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Each topic that has any → the topics right below it."""
        below: dict[str, tuple[str, ...]] = {}
        for code, parent in sorted(self.parents.items()):
            below[parent] = (*below.get(parent, ()), code)
        return below

    @classmethod
    def from_tsv(cls, text: str, name: str = "topics.tsv") -> "TopicTable":
        """The table from a file's text: code, language, term, weight, flag.

        Flag ``name`` gives a topic's name (the weight is its parent's code, or 0), ``concept`` a
        concept of the lexicon (``ev:attack``); all others are keywords. Raises ConfigError.
        """
        names: dict[str, dict[str, str]] = {}
        parents: dict[str, str] = {}
        concepts: dict[str, tuple[TopicTerm, ...]] = {}
        keywords: list[Term] = []
        for code, language, term, weight, flag in _rows(text, name):
            if flag == "name":
                names.setdefault(code, {})[language] = term
                if weight != "0":
                    parents[code] = weight
            elif flag == "concept":
                concepts[term] = (*concepts.get(term, ()), _concept(code, term, float(weight)))
            else:
                keywords.append(Term(term, flag, TopicTerm(code, term, float(weight))))
        return cls(names, parents, concepts, tuple(keywords))

    @classmethod
    def packaged(cls) -> "TopicTable":
        """The shipped table."""
        return _packaged_table()

    def terms(self, entries: Iterable[Entry]) -> Iterator[Term]:
        """What the matcher shall find: the lexicon's words that say something about a topic, and the keywords."""
        for entry in entries:
            for said in self._said(entry):
                yield Term(entry.term, entry.flag, said)
        yield from self.keywords

    def _said(self, entry: Entry) -> Sequence[TopicTerm]:
        return self.concepts.get(f"{entry.cls}:{entry.concept}", _ONLY_BLOCKS if entry.cls == _BLOCKING else ())


@cache
def _packaged_table() -> TopicTable:
    return TopicTable.from_tsv(packaged())


@cache
def packaged() -> str:
    """The shipped table's text."""
    return resources.files("marsad").joinpath("defaults", "topics.tsv").read_text("utf-8")


def _rows(text: str, name: str) -> Iterator[tuple[str, str, str, str, str]]:
    problems: list[ConfigProblem] = []
    for number, line in enumerate(text.split("\n"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not any(cells) or cells[0].startswith("#") or cells[0] == "code":
            continue
        wrong = _wrong(cells)
        if wrong:
            problems.append(ConfigProblem(name, number, *wrong))
        else:
            yield cells[0], cells[1], cells[2], cells[3], cells[4]
    if problems:
        raise ConfigError(problems)


def _wrong(cells: Sequence[str]) -> tuple[str, str] | None:
    if len(cells) != _COLUMNS:
        return "", f"{len(cells)} columns; write code TAB language TAB term TAB weight TAB flag"
    if not cells[0].startswith("medtop:"):
        return "code", f"{cells[0]!r} is no Media Topic; write one like medtop:20000056"
    if cells[4] == "name":
        return None
    if not cells[3].replace(".", "", 1).removeprefix("-").isdigit():
        return "weight", f"{cells[3]!r} is no number; write one like 2.5"
    if cells[4] != "concept" and cells[4] not in FLAGS:
        return "flag", f"unknown flag {cells[4]!r}; write name, concept or one of {', '.join(sorted(FLAGS))}"
    return None
