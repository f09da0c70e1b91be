"""IPTC Media Topics from weighted keywords (CC BY 4.0; READING 2). Keywords and names are data: topics.tsv."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from math import exp
from typing import Final

from marsad.errors import ConfigError, ConfigProblem
from marsad.reading import Evidence, Topic
from stream.reading.lexicon import Entry
from stream.reading.matcher import FLAGS, Hit, Term
from stream.reading.segment import BlockKind, Page

_TITLE: Final = 2.5
_LEAD: Final = 1.5
_TEXT: Final = 1.0
_FACTORS: Final = {BlockKind.TITLE: _TITLE, BlockKind.TEXT: _TEXT, BlockKind.SUBHEAD: _TEXT}
_NOWHERE: Final = (0, 0)
_MOST_PER_TERM: Final = 2
"""A word said often tells little more than a word said twice."""
_SCALE: Final = 6.0
"""Points at which a topic's score is 1 - 1/e."""
_ENOUGH: Final = 0.4
_NEXT_TO_BEST: Final = 0.55
"""A topic stays beside the best one if its score is at least this share of it."""
_MOST_TOPICS: Final = 5
_MOST_EVIDENCE: Final = 5
_COLUMNS: Final = 5
_KNOWN: Final = frozenset(("ar", "fr", "en", "ha", "sw"))
"""Languages that have keywords of their own; a text in another is read with all of them."""


_Weighed = tuple[float, str, Hit]
"""Points, the keyword, where it stands."""


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A keyword of a topic: the matcher's payload."""

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
        """The lexicon's classes that have concepts here → the concept → what it says about topics."""
        sorted_concepts: dict[str, dict[str, tuple[TopicTerm, ...]]] = {}
        for name, terms in self.concepts.items():
            cls, _colon, concept = name.partition(":")
            sorted_concepts.setdefault(cls, {})[concept] = terms
        return sorted_concepts

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
    chosen.sort(key=lambda code: (-scored[code], code in table.parents.values(), code))
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
    """Topic → each keyword's points by where it stands; one found thrice counts for two."""
    found: dict[str, list[_Weighed]] = {}
    counted: dict[tuple[str, str], int] = {}
    starts = [block.start for block in page.blocks]
    factors = [_FACTORS.get(block.kind, 0.0) for block in page.blocks]
    for hit, term in speaking:
        index = bisect_right(starts, hit.start) - 1
        factor = factors[index] if index >= 0 else 0.0
        if not factor:
            continue
        key = (term.code, term.term)
        times = counted[key] = counted.get(key, 0) + 1
        if times <= _MOST_PER_TERM:
            if factor == _TEXT and _in_any(page.lead, hit.start):
                factor = _LEAD
            found.setdefault(term.code, []).append((round(term.weight * factor, 3), term.term, hit))
    return found


def _in_any(spans: Sequence[tuple[int, int]], start: int) -> bool:
    for low, high in spans:  # noqa: SIM110 - a generator here doubles the time that topics take
        if low <= start < high:
            return True
    return False


def _uncovered(hits: Sequence[Hit], table: TopicTable) -> list[tuple[Hit, TopicTerm]]:
    """The keywords that no longer phrase covers: one of the same topic, or a set phrase that is no event.

    Hits come by their start, the longer first, so a phrase that covers a word was seen before it.
    """
    speaking: list[tuple[Hit, TopicTerm]] = []
    block_start = block_end = 0
    longer: dict[str, tuple[int, int]] = {}
    by_class = table.by_class
    for hit in hits:
        payload, end = hit.payload, hit.norm_end
        if isinstance(payload, TopicTerm):
            low, high = longer.get(payload.code, _NOWHERE)
            if end > high:
                longer[payload.code] = (hit.norm_start, end)
            elif end != high or low != hit.norm_start:
                continue
            speaking.append((hit, payload))
        elif isinstance(payload, Entry):
            if payload.cls == "blk" and end > block_end:
                block_start, block_end = hit.norm_start, end
            concepts = by_class.get(payload.cls)
            if concepts is not None and (end > block_end or (block_start, block_end) == (hit.norm_start, end)):
                for term in concepts.get(payload.concept, ()):
                    speaking.append((hit, term))  # noqa: PERF401 - mostly one term or none
    return speaking


def _language(hit: Hit) -> str | None:
    return hit.payload.language if isinstance(hit.payload, Entry | TopicTerm) else None


def _score(evidence: Sequence[_Weighed]) -> float:
    return 1.0 - exp(-max(0.0, sum(points for points, _term, _hit in evidence)) / _SCALE)


def _topic(code: str, score: float, found: Mapping[str, Sequence[_Weighed]], table: TopicTable) -> Topic:
    """A parent that no word speaks for itself shows its children's words."""
    own = found.get(code) or [
        one for child in sorted(found) if table.parents.get(child) == code for one in found[child]
    ]
    strongest = sorted(own, key=_by_points)[:_MOST_EVIDENCE]
    evidence = tuple(
        Evidence(feature="topic", term=term, points=points, start=hit.start, end=hit.end)
        for points, term, hit in strongest
    )
    return Topic(code=code, name=_name(code, table), score=round(score, 3), evidence=evidence)


def _by_points(weighed: _Weighed) -> tuple[float, int]:
    return -weighed[0], weighed[2].start


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
