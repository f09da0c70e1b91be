"""IPTC Media Topics from weighted keywords (CC BY 4.0; READING 2). Keywords and names are data: topics.tsv."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from math import exp, inf
from operator import itemgetter
from typing import ClassVar, Final

from marsad.errors import ConfigError, ConfigProblem
from marsad.reading import Evidence, Topic
from stream.reading.lexicon import Entry
from stream.reading.matcher import Matches
from stream.reading.segment import BlockKind, Page
from stream.reading.terms import FLAGS, Span, Term

_TITLE: Final = 2.5
_LEAD: Final = 1.5
_TEXT: Final = 1.0
_FACTORS: Final = {BlockKind.TITLE: _TITLE, BlockKind.TEXT: _TEXT, BlockKind.SUBHEAD: _TEXT}
_NOTHING: Final = 0.0
_NOWHERE: Final = (0, 0)
_MOST_PER_TERM: Final = 2
"""A word said often tells little more than a word said twice."""
_SCALE: Final = 6.0
"""Points at which a topic's score is 1 - 1/e."""
_ENOUGH: Final = 0.4
_NEXT_TO_BEST: Final = 0.55
"""A topic stays beside the best one if its score is at least this share of it."""
TOPIC: Final = "topic"
"""The class of all keywords."""
_MOST_TOPICS: Final = 5
_MOST_EVIDENCE: Final = 5
_BLOCKING: Final = "blk"
_COLUMNS: Final = 5
_Weighed = tuple[float, int, str, int]
"""Points below zero, so that the most come first; where it starts and ends in the folded text; the keyword."""
_below_zero: Final = itemgetter(0)
_rank: Final = itemgetter(0, 1)


@cache
def _points(weight: float) -> Mapping[float, float]:
    """The factor of a part of the page → what a keyword of this weight counts there, below zero."""
    return {factor: -round(weight * factor, 3) for factor in (_TITLE, _LEAD, _TEXT)}


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
    points: Mapping[float, float] = field(init=False, repr=False, compare=False)
    key: tuple[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what every hit of it would have to."""
        object.__setattr__(self, "points", _points(self.weight))
        object.__setattr__(self, "key", (self.code, self.term))


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


def topics(found: Matches, page: Page, table: TopicTable | None = None) -> tuple[Topic, ...]:
    """What the article is about, surest first, each with the words that say so."""
    table = table or _packaged_table()
    raw = found.text.offsets.data  # its items are plain integers
    weighed = _weighed(found.spans(TOPIC), raw, page)
    scored = _scored(weighed, table)
    enough = max(_ENOUGH, _NEXT_TO_BEST * max(scored.values(), default=0.0))
    chosen = [(-score, code in table.children, code) for code, score in scored.items() if score >= enough]
    chosen.sort()
    return tuple([_topic(code, -minus, weighed, raw, table) for minus, _above, code in chosen[:_MOST_TOPICS]])


def _scored(weighed: Mapping[str, Sequence[_Weighed]], table: TopicTable) -> dict[str, float]:
    """Each topic's score; a topic's parent holds at least as surely as the topic."""
    scored: dict[str, float] = {}
    parents = table.parents
    for code, evidence in weighed.items():
        score = 1.0 - exp(min(0.0, sum(map(_below_zero, evidence))) / _SCALE)
        above: str | None = code
        while above and scored.get(above, -1.0) < score:
            scored[above] = score
            above = parents.get(above)
    return scored


def _weighed(spans: Iterable[Span], raw: Sequence[int], page: Page) -> dict[str, list[_Weighed]]:
    """Topic → each keyword's points by where it stands; one found thrice counts for two.

    What a longer phrase covers does not count: one of the same topic, or a set phrase that is no event. The
    keywords come by their start, the longer first, so such a phrase was seen before, and the page's parts are
    walked along with them.
    """
    found: dict[str, list[_Weighed]] = {}
    counted: dict[tuple[str, str], int] = {}
    longer: dict[str, tuple[int, int]] = {}
    block = _NOWHERE
    parts = _parts(page)
    factor, ends = next(parts)
    for start, end, said, _prefix, _glued in spans:
        at = raw[start]
        while at >= ends:
            factor, ends = next(parts)
        if not factor:  # furniture says nothing
            continue
        code = said.code
        if said.concept:
            if said.blocking and end > block[1]:
                block = (start, end)
            if not code or (end <= block[1] and block != (start, end)):
                continue
        else:
            low, high = longer.get(code, _NOWHERE)
            if end > high:
                longer[code] = (start, end)
            elif end != high or low != start:
                continue
        times = counted.get(said.key, 0)
        if times < _MOST_PER_TERM:
            counted[said.key] = times + 1
            weighed = (said.points[factor], start, said.term, end)
            if code in found:
                found[code].append(weighed)
            else:
                found[code] = [weighed]
    return found


def _parts(page: Page) -> Iterator[tuple[float, float]]:
    """What a word counts for in each part of the page, and where the part ends."""
    edges = [(block.start, _FACTORS.get(block.kind, _NOTHING)) for block in page.blocks]
    for start, end in page.lead:  # of a lead that begins with its paragraph the larger factor comes last
        edges += ((start, _LEAD), (end, _TEXT))
    edges.sort()
    factor = _NOTHING
    for start, following in edges:
        yield factor, start
        factor = following
    yield factor, inf


def _topic(
    code: str, score: float, found: Mapping[str, Sequence[_Weighed]], raw: Sequence[int], table: TopicTable
) -> Topic:
    """A parent that no word speaks for itself shows its children's words."""
    own = found.get(code) or [one for child in table.children[code] for one in found.get(child, ())]
    evidence = [
        Evidence(feature="topic", term=term, points=-points, start=raw[start], end=raw[end - 1] + 1)
        for points, start, term, end in sorted(own, key=_rank)[:_MOST_EVIDENCE]
    ]
    return Topic(code=code, name=_name(code, table), score=round(score, 3), evidence=tuple(evidence))


def _name(code: str, table: TopicTable) -> str:
    return table.names.get(code, {}).get("en", code)


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
