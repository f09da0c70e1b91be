"""A sentence as folded words with their places in the raw text, punctuation kept.

The matcher's normal form has no punctuation; numbers, dates and clauses need it ("12 killed, 8 hurt").
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from stream.reading.text import normalise

_MARKS: Final = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069"
_WORD: Final = re.compile(
    rf"[^\W\d_]+(?:[{_MARKS}][^\W\d_]*)*|(?<!\d)\d{{1,3}}(?:[.,٬\u00a0\u202f\u2009 ]\d{{3}})+(?![\d])|\d+[.,٫]\d+|\d+"
    rf"|[^\w\s{_MARKS}]"
)
"""Letters stand first, since most tokens are words."""


class Word(NamedTuple):
    """A folded word, number or punctuation mark; offsets count in the text it was cut from."""

    text: str
    start: int
    end: int


_new: Final = tuple.__new__


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    """News repeats its words: remembering them is faster than folding them."""
    return normalise(word).strip() or word


def words(raw: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of ``raw[start:end]``."""
    stop = len(raw) if end is None else end
    # tuple.__new__ makes the same without the Python function that a named tuple's constructor is
    return [_new(Word, (_folded(match[0]), *match.span())) for match in _WORD.finditer(raw, start, stop)]


def texts(found: Sequence[Word]) -> list[str]:
    """Only what the words say."""
    return [word.text for word in found]


def listed(text: str) -> tuple[str, ...]:
    """A word list, written as one text."""
    return tuple(text.split())
