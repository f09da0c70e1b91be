"""Which of an automaton's matches stand in their texts as the terms' flags allow, for many texts at once.

Columns of numbers instead of an object for every match: the characters beside it settle most of them. For
terms that are found often and of which little is asked; ``matcher`` makes hits of the others.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stream.reading.automaton import Match
from stream.reading.terms import BEFORE_A_TERM, LONG_ENOUGH_TO_GLUE, Target, clitics, has_clitics, is_written
from stream.reading.text import Text

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SPACE: Final = ord(" ")
_CODES: Final = 0x110000
LENGTH_BITS: Final = 20
"""Bits that hold a term's length."""
_SURE: Final = 0
_BEHIND: Final = 1
_BESIDE: Final = 2
_READ: Final = 3
"""What settles a match: its pattern alone, a space behind it, spaces on both sides, reading the text."""
_MAY_PRECEDE: Final = np.zeros(_CODES, dtype=np.bool_)
_MAY_PRECEDE[[*map(ord, BEFORE_A_TERM)]] = True


class Found(NamedTuple):
    """Terms in texts, a row each; ``first`` and ``stop`` count in the normal forms of all texts joined."""

    target: Ints
    first: Ints
    stop: Ints

    def taken(self, rows: Ints | Bools) -> "Found":
        """Only these rows, or in this order."""
        return Found(self.target[rows], self.first[rows], self.stop[rows])


class Targets:
    """The terms behind an automaton's patterns, none behind some."""

    def __init__(self, of_patterns: Sequence[Sequence[Target]]) -> None:
        self.known = list(chain.from_iterable(of_patterns))
        self._counts = column(map(len, of_patterns))
        self._firsts = self._counts.cumsum() - self._counts
        self._before = column(target.before for target in self.known)
        self._behind = column(target.behind for target in self.known)
        self._settled_by = column(map(_settled_by, self.known))

    def standing(self, texts: Sequence[Text], matches: Sequence[Sequence[Match]]) -> Found:
        """What stands in the texts, by where it starts, the longer first; ``matches`` are those of each text."""
        begins = [*accumulate((len(text.norm) for text in texts), initial=0)]
        joined = "".join([text.norm for text in texts])
        found = self._expanded(matches, begins)
        stands, doubtful = self._settled(joined, found)
        columns = (values.take(doubtful).tolist() for values in found)
        for row, number, first, stop in zip(doubtful.tolist(), *columns, strict=True):
            target = self.known[number]
            if has_clitics(target.flag):
                stands[row] = clitics(joined, first, stop, target.flag, target.prefix) is not None
            else:
                index = bisect_right(begins, first) - 1
                begin = begins[index]
                end = is_written(texts[index], first - begin, stop - begin, target.flag)
                stands[row], found.stop[row] = end > 0, begin + end
        found = found.taken(stands)
        return found.taken(((found.first << LENGTH_BITS) - length(found)).argsort(kind="stable"))

    def _expanded(self, matches: Sequence[Sequence[Match]], begins: Sequence[int]) -> Found:
        """A row for each term behind each match, in the order of the matches."""
        sizes = [*map(len, matches)]
        numbers = chain.from_iterable(chain.from_iterable(matches))
        flat = np.fromiter(numbers, dtype=np.int64, count=3 * sum(sizes)).reshape(-1, 3)
        begin = np.array(begins[:-1], dtype=np.int64).repeat(sizes)
        counts = self._counts.take(flat[:, 0])
        match = np.arange(len(flat)).repeat(counts)
        target = self._firsts.take(flat[:, 0]).take(match)
        target += np.arange(len(match)) - (counts.cumsum() - counts).take(match)
        first = (flat[:, 1] + begin).take(match) + self._before.take(target)
        return Found(target, first, (flat[:, 2] + begin).take(match) - self._behind.take(target))

    def _settled(self, joined: str, found: Found) -> tuple[Bools, Ints]:
        """Which rows stand by the characters beside them, and the numbers of those that must be read."""
        by = self._settled_by.take(found.target)
        letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        before = letters.take(found.first - 1)
        closed = letters.take(found.stop) == _SPACE
        stands = (by == _SURE) | (closed & ((by == _BEHIND) | ((by == _BESIDE) & (before == _SPACE))))
        # a short one behind a letter that no clitic ends with is the end of another word
        other = (by == _BESIDE) & (found.stop - found.first < LONG_ENOUGH_TO_GLUE) & ~_MAY_PRECEDE.take(before)
        (doubtful,) = (~(stands | other)).nonzero()
        return stands, doubtful


def length(found: Found) -> Ints:
    """How long the terms are, in as many bits."""
    lengths: Ints = np.minimum(found.stop - found.first, (1 << LENGTH_BITS) - 1)
    return lengths


def column(numbers: Iterable[int]) -> Ints:
    """Numbers as a column."""
    return np.array([*numbers], dtype=np.int64)


def _settled_by(target: Target) -> int:
    if target.flag == "w":
        return _SURE
    if not has_clitics(target.flag):
        return _READ
    return _BESIDE if target.prefix is None else _BEHIND
