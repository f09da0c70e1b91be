"""What articles are about, from the keywords of topics in them: weighed for many texts at once, in columns."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from math import exp
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from marsad.reading import Evidence, Topic
from stream.reading.matcher import Matches
from stream.reading.segment import BlockKind, Page
from stream.reading.standing import LENGTH_BITS, Bools, Found, Ints, Targets, column, length
from stream.reading.topics import TopicTable, TopicTerm

_NOTHING: Final = 0
_TEXT: Final = 1
_LEAD: Final = 2
_TITLE: Final = 3
_FACTORS: Final = (0.0, 1.0, 1.5, 2.5)
"""What a word counts for in furniture, text, lead and title."""
_PARTS: Final = {BlockKind.TITLE: _TITLE, BlockKind.TEXT: _TEXT, BlockKind.SUBHEAD: _TEXT}
_MOST_PER_TERM: Final = 2
"""A word said often tells little more than a word said twice."""
_SCALE: Final = 6.0
"""Points at which a topic's score is 1 - 1/e."""
_ENOUGH: Final = 0.4
_NEXT_TO_BEST: Final = 0.55
"""A topic stays beside the best one if its score is at least this share of it."""
_MOST_TOPICS: Final = 5
_MOST_EVIDENCE: Final = 5
_CODE_BITS: Final = 50
"""Bits that hold where a term ends and its length, below those of a topic's number."""
_Floats = NDArray[np.float64]
_Said = tuple[float, int, int, int, str]
"""Points below zero, so that the most come first; where it starts in the texts joined; where it stands in its own
text as written; the keyword."""
_UNNAMED: Final[Mapping[str, str]] = {}
_rank: Final = itemgetter(0, 1)


class _Weighed(NamedTuple):
    """The keywords of a text that count, by topic."""

    points: dict[str, float]
    """Topic → the sum of its keywords' points, below zero."""
    rows: dict[str, slice]
    """Topic → its keywords among those of all texts."""


class Keywords:
    """The topics' terms of a matcher."""

    def __init__(self, targets: Targets, table: TopicTable) -> None:
        self._targets = targets
        self._table = table
        said = [target.payload for target in targets.known if isinstance(target.payload, TopicTerm)]
        self._terms = [one.term for one in said]
        self._codes = sorted({one.code for one in said if one.code})
        codes = {code: number for number, code in enumerate(self._codes)}
        keys = {key: number for number, key in enumerate(dict.fromkeys((one.code, one.term) for one in said))}
        self._code = column(codes.get(one.code, -1) for one in said)
        self._key = column(keys[one.code, one.term] for one in said)
        self._is_concept = np.array([one.concept for one in said], dtype=np.bool_)
        self._is_blocking = np.array([one.concept and one.blocking for one in said], dtype=np.bool_)
        points = {
            weight: [-round(weight * factor, 3) for factor in _FACTORS] for weight in {one.weight for one in said}
        }
        self._points = np.array([points[one.weight] for one in said], dtype=np.float64)

    def topics(self, matches: Sequence[Matches], pages: Sequence[Page]) -> list[tuple[Topic, ...]]:
        """What each article is about, surest first, with the words that say so; ``matches`` are the matcher's."""
        texts = [of_text.text for of_text in matches]
        found = self._targets.standing(texts, [of_text.places for of_text in matches])
        begins = np.array([0, *accumulate(len(text.norm) for text in texts)], dtype=np.int64)
        number = begins.searchsorted(found.first, side="right") - 1
        raw = np.concatenate([text.offsets for text in texts]) if texts else begins
        part = _parts(pages, number, raw.take(found.first))
        (rows,) = (part > _NOTHING).nonzero()  # furniture says nothing
        rows = rows[self._uncovered(found.taken(rows))]
        rows = rows[_first_times(number[rows] * len(self._terms) + self._key.take(found.target[rows]))]
        group = number[rows] * len(self._codes) + self._code.take(found.target[rows])
        order = group.argsort(kind="stable")
        group, found = group[order], found.taken(rows[order])
        points = self._points[found.target, part[rows[order]]]
        starts, ends = raw.take(found.first).tolist(), (raw.take(found.stop - 1) + 1).tolist()
        terms = map(self._terms.__getitem__, found.target.tolist())
        said = [*zip(points.tolist(), found.first.tolist(), starts, ends, terms, strict=True)]
        return [self._told(weighed, said) for weighed in self._by_text(len(texts), group, points)]

    def _by_text(self, count: int, group: Ints, points: _Floats) -> list[_Weighed]:
        """Each text's topics; ``group`` rises with text and topic."""
        weighed = [_Weighed({}, {}) for _ in range(count)]
        begins = _begins(group)
        sums = np.bincount(begins.cumsum() - 1, weights=points).tolist()  # one by one: other sums round otherwise
        (starts,) = begins.nonzero()
        edges = pairwise([*starts.tolist(), len(group)])
        for number, total, (start, end) in zip(group[starts].tolist(), sums, edges, strict=True):
            text, code = divmod(number, len(self._codes))
            weighed[text].points[self._codes[code]] = total
            weighed[text].rows[self._codes[code]] = slice(start, end)
        return weighed

    def _told(self, weighed: _Weighed, said: Sequence[_Said]) -> tuple[Topic, ...]:
        scored = self._scored(weighed.points)
        enough = max(_ENOUGH, _NEXT_TO_BEST * max(scored.values(), default=0.0))
        children, names = self._table.children, self._table.names
        chosen = sorted([(-score, code in children, code) for code, score in scored.items() if score >= enough])
        shown: dict[tuple[str, ...], tuple[Evidence, ...]] = {}  # a parent mostly shows what its one child does
        told: list[Topic] = []
        for minus, _above, code in chosen[:_MOST_TOPICS]:
            own = (code,) if code in weighed.rows else tuple([one for one in children[code] if one in weighed.rows])
            if own not in shown:
                shown[own] = _evidence([one for said_of in own for one in said[weighed.rows[said_of]]])
            name = names.get(code, _UNNAMED).get("en", code)
            told.append(Topic(code=code, name=name, score=round(-minus, 3), evidence=shown[own]))
        return tuple(told)

    def _scored(self, points: Mapping[str, float]) -> dict[str, float]:
        """Each topic's score; a topic's parent holds at least as surely as the topic."""
        scored: dict[str, float] = {}
        parents = self._table.parents
        for code, total in points.items():
            score = 1.0 - exp(min(0.0, total) / _SCALE)
            above: str | None = code
            while above and scored.get(above, -1.0) < score:
                scored[above] = score
                above = parents.get(above)
        return scored

    def _uncovered(self, found: Found) -> Bools:
        """Which keywords no longer phrase covers: one of the same topic, or a set phrase that is no event.

        They come by their start, the longer first, so such a phrase was seen before: it is the one that reached
        furthest so far, in the text or in the topic. (What reached furthest in the text before ends before.)
        """
        reach = (found.stop << LENGTH_BITS) + length(found)
        code = self._code.take(found.target)
        concept = self._is_concept.take(found.target)
        blocked = np.maximum.accumulate(np.where(self._is_blocking.take(found.target), reach, -1))
        free = concept & (code >= 0) & (reach >= blocked)
        (rows,) = (~concept).nonzero()
        rows = rows[code[rows].argsort(kind="stable")]
        reach = (code[rows] << _CODE_BITS) + reach[rows]
        free[rows] = reach == np.maximum.accumulate(reach)
        return free


def _evidence(said: Sequence[_Said]) -> tuple[Evidence, ...]:
    """The keywords that say most, of equals the first."""
    most = sorted(said, key=_rank)[:_MOST_EVIDENCE]
    return tuple(
        [
            Evidence(feature="topic", term=term, points=-points, start=start, end=end)
            for points, _first, start, end, term in most
        ]
    )


def _begins(group: Ints) -> Bools:
    """Where the next group begins, of numbers that rise."""
    begins = np.ones(len(group), dtype=np.bool_)
    np.not_equal(group[1:], group[:-1], out=begins[1:])
    return begins


def _first_times(group: Ints) -> Bools:
    """Which of the rows are the first ones of their group."""
    order = group.argsort(kind="stable")
    rows = np.arange(len(group))
    begin = np.maximum.accumulate(np.where(_begins(group[order]), rows, 0))
    first = np.empty(len(group), dtype=np.bool_)
    first[order] = rows - begin < _MOST_PER_TERM
    return first


def _parts(pages: Sequence[Page], number: Ints, start: Ints) -> Ints:
    """The part of its page that each keyword stands in; ``number`` is its text's, ``start`` counts in that."""
    edges: list[tuple[int, int]] = []
    begins: list[int] = []
    begin = 0
    for page in pages:
        begins.append(begin)
        own = [(block.start, _PARTS.get(block.kind, _NOTHING)) for block in page.blocks]
        for first, last in page.lead:  # of a lead that begins with its paragraph the larger part comes last
            own += ((first, _LEAD), (last, _TEXT))
        own.sort()
        edges.append((begin, _NOTHING))
        edges += [(begin + at, part) for at, part in own]
        begin += len(page.text) + 1
    at, part = np.array(edges or [(0, _NOTHING)], dtype=np.int64).T
    parts: Ints = part.take(at.searchsorted(np.array(begins, dtype=np.int64).take(number) + start, side="right") - 1)
    return parts
