"""IPTC Media Topics from weighted keywords (CC BY 4.0; READING 2). Keywords and names are data: topics.tsv."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from math import exp, inf
from operator import itemgetter
from typing import ClassVar, Final

from marsad.errors import ConfigError, ConfigProblem
from marsad.reading import Evidence, Topic
from stream.reading.lexicon import Entry
from stream.reading.matcher import FLAGS, Hit, Term
from stream.reading.segment import BlockKind, Page

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
_KNOWN: Final = frozenset(("ar", "fr", "en", "ha", "sw"))
"""Languages that have keywords of their own; a text in another is read with all of them."""


_Weighed = tuple[float, int, str, Hit]
"""Points below zero, so that the most come first; where it starts; the keyword; the hit."""
_below_zero: Final = itemgetter(0)
_rank: Final = itemgetter(0, 1)


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A keyword of a topic: the matcher's payload."""

    cls: ClassVar[str] = TOPIC
    code: str
    term: str
    weight: float
    language: str = "*"
    """``*`` in the table's concepts: there the lexicon's entry has the language."""


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
    def by_class(self) -> dict[str, dict[str, tuple[TopicTerm, ...]]]:
        """The lexicon's classes that matter here → the concept → what it says about topics."""
        sorted_concepts: dict[str, dict[str, tuple[TopicTerm, ...]]] = {_BLOCKING: {}}
        for name, terms in self.concepts.items():
            cls, _colon, concept = name.partition(":")
            sorted_concepts.setdefault(cls, {})[concept] = terms
        return sorted_concepts

    @cached_property
    def with_children(self) -> frozenset[str]:
        """The topics that are others' parents."""
        return frozenset(self.parents.values())

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
                concepts[term] = (*concepts.get(term, ()), TopicTerm(code, term, float(weight)))
            else:
                keywords.append(Term(term, flag, TopicTerm(code, term, float(weight), language)))
        return cls(names, parents, concepts, tuple(keywords))

    @classmethod
    def packaged(cls) -> "TopicTable":
        """The shipped table."""
        return _packaged_table()

    def terms(self) -> tuple[Term, ...]:
        """The keywords for the matcher."""
        return self.keywords


def topic_name(code: str, language: str = "en") -> str:
    """A topic's name in ar, fr or en (else the English one); the code itself where it is unknown."""
    names = _packaged_table().names.get(code, {})
    return names.get(language) or names.get("en") or code


def topics(
    hits: Sequence[Hit], page: Page, table: TopicTable | None = None, language: str | None = None
) -> tuple[Topic, ...]:
    """What the article is about, surest first, each with the words that say so.

    With ``language`` keywords of other languages do not count (``mode`` is fashion in French only).
    """
    table = table or _packaged_table()
    speaking = _uncovered(hits, table)
    if language in _KNOWN:
        speaking = [(hit, term) for hit, term in speaking if _language(hit) == language]
    found = _weighed(speaking, page)
    scored = _with_parents({code: _score(evidence) for code, evidence in found.items()}, table)
    best = max(scored.values(), default=0.0)
    chosen = [code for code, score in scored.items() if score >= max(_ENOUGH, best * _NEXT_TO_BEST)]
    chosen.sort(key=lambda code: (-scored[code], code in table.with_children, code))
    return tuple(_topic(code, scored[code], found, table) for code in chosen[:_MOST_TOPICS])


def _with_parents(scored: Mapping[str, float], table: TopicTable) -> dict[str, float]:
    """A topic's parent holds at least as surely as the topic."""
    raised = dict(scored)
    for code in sorted(scored):
        parent = table.parents.get(code)
        while parent:
            raised[parent] = max(raised.get(parent, 0.0), scored[code])
            parent = table.parents.get(parent)
    return raised


def _weighed(speaking: Iterable[tuple[Hit, TopicTerm]], page: Page) -> dict[str, list[_Weighed]]:
    """Topic → each keyword's points by where it stands; one found thrice counts for two.

    The keywords come by their start, so the page's parts are walked along with them.
    """
    found: dict[str, list[_Weighed]] = {}
    counted: dict[tuple[str, str], int] = {}
    parts = _parts(page)
    factor, ends = next(parts)
    for hit, term in speaking:
        start = hit.start
        while start >= ends:
            factor, ends = next(parts)
        if not factor:
            continue
        code, word = term.code, term.term
        times = counted.get((code, word), 0)
        if times < _MOST_PER_TERM:
            counted[code, word] = times + 1
            weighed = (_points(term.weight, factor), start, word, hit)
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


@cache
def _points(weight: float, factor: float) -> float:
    """Rounding is slow, and there are few weights."""
    return -round(weight * factor, 3)


def _uncovered(hits: Sequence[Hit], table: TopicTable) -> list[tuple[Hit, TopicTerm]]:
    """The keywords that no longer phrase covers: one of the same topic, or a set phrase that is no event.

    Hits come by their start, the longer first, so a phrase that covers a word was seen before it.
    """
    speaking: list[tuple[Hit, TopicTerm]] = []
    block_start = block_end = 0
    longer: dict[str, tuple[int, int]] = {}
    by_class = table.by_class
    for hit in hits:
        payload = hit.payload
        if isinstance(payload, TopicTerm):
            start, end = hit.norm_start, hit.norm_end
            low, high = longer.get(payload.code, _NOWHERE)
            if end > high:
                longer[payload.code] = (start, end)
            elif end != high or low != start:
                continue
            speaking.append((hit, payload))
        elif payload.cls in by_class:
            start, end = hit.norm_start, hit.norm_end
            if payload.cls == _BLOCKING and end > block_end:
                block_start, block_end = start, end
            if isinstance(payload, Entry) and (end > block_end or (block_start, block_end) == (start, end)):
                for term in by_class[payload.cls].get(payload.concept, ()):
                    speaking.append((hit, term))  # noqa: PERF401 - mostly one term or none
    return speaking


def _language(hit: Hit) -> str | None:
    return hit.payload.language if isinstance(hit.payload, Entry | TopicTerm) else None


def _score(evidence: Sequence[_Weighed]) -> float:
    return 1.0 - exp(min(0.0, sum(map(_below_zero, evidence))) / _SCALE)


def _topic(code: str, score: float, found: Mapping[str, Sequence[_Weighed]], table: TopicTable) -> Topic:
    """A parent that no word speaks for itself shows its children's words."""
    own = found.get(code) or [
        one for child in sorted(found) if table.parents.get(child) == code for one in found[child]
    ]
    evidence = tuple(
        Evidence(feature="topic", term=term, points=-points, start=start, end=hit.end)
        for points, start, term, hit in sorted(own, key=_rank)[:_MOST_EVIDENCE]
    )
    return Topic(code=code, name=_name(code, table), score=round(score, 3), evidence=evidence)


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
