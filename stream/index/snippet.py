"""The stretch of a text that shows best why it was found. Pure."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from stream.reading.text import Text

WIDTH: Final = 240
_SLACK: Final = 30
"""How far an edge may move to fall between words."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """``matches`` are (start, end) in characters of ``text``."""

    text: str
    matches: tuple[Span, ...] = ()


def snippet(raw: str, tokens: Collection[str], width: int = WIDTH) -> Snippet:
    """About ``width`` characters of ``raw`` with as many of the (normalised) tokens as possible.

    Its beginning where none of them stands in it. Line breaks become spaces, so that offsets stay.
    """
    spans = _spans(raw, tokens) if tokens else []
    start, end = _window(raw, spans, width)
    shown = tuple((first - start, last - start) for first, last in spans if first >= start and last <= end)
    return Snippet("".join(" " if letter.isspace() else letter for letter in raw[start:end]), shown)


def _spans(raw: str, tokens: Collection[str]) -> list[Span]:
    text = Text(raw)
    found = (text.raw_span(start, end) for start, end in text.tokens if text.norm[start:end] in tokens)
    return [(start, _with_marks(raw, end)) for start, end in found]


def _with_marks(raw: str, end: int) -> int:
    """Vowel signs behind the last letter belong to the word."""
    while end < len(raw) and unicodedata.category(raw[end]) == "Mn":
        end += 1
    return end


def _window(raw: str, spans: Sequence[Span], width: int) -> Span:
    if not spans:
        return 0, _edge(raw, min(len(raw), width))
    starts = [start for start, _end in spans]
    # The densest window begins at a match; of equally dense ones the first.
    counts = [bisect_right(starts, start + width * 3 // 4) - index for index, start in enumerate(starts)]
    best = starts[counts.index(max(counts))]
    start = max(0, min(best - width // 4, len(raw) - width))
    start = _after_space(raw, start) if start else 0
    last = spans[bisect_left(starts, best)][1]
    return min(start, best), max(_edge(raw, min(len(raw), start + width)), last)


def _after_space(raw: str, start: int) -> int:
    for offset in range(start, min(start + _SLACK, len(raw))):
        if raw[offset].isspace():
            return offset + 1
    return start


def _edge(raw: str, end: int) -> int:
    if end >= len(raw):
        return len(raw)
    for offset in range(end, max(end - _SLACK, 0), -1):
        if raw[offset].isspace():
            return offset
    return end
