"""What belongs to the article on a page, and what is caption, furniture or another article (READING 1.3).

All offsets count in ``Article.text``. Pure: the markers are the lexicon's class ``fur``.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

import msgspec

from marsad.article import TEXT_SEPARATOR, joined_text
from stream.reading.appended import AppendedBlock, appended_articles
from stream.reading.furniture import Line, LineKind, Markers, packaged_markers, sort_lines
from stream.reading.text import each_sentence

Span = tuple[int, int]

LEAD_SENTENCES: Final = 2
OPENING: Final = 2_500
"""Characters of the article itself that words are looked for in: news tells what matters first, and what a
round-up says further down is not what it is about (rules look no further either)."""
_LONGEST_WORD: Final = 100
_WORDS_OF_A_SENTENCE: Final = 4
_LANGUAGE_SAMPLE: Final = 300
_LONGEST_HEADLINE: Final = 25
_STOPS: Final = (".", "…", '."', ".»", ".”", ".)")


class BlockKind(StrEnum):
    """What a line of the page is."""

    TITLE = "title"
    TEXT = "text"
    CAPTION = "caption"
    FURNITURE = "furniture"
    TEASER = "teaser"
    SUBHEAD = "subhead"


class Block(msgspec.Struct, frozen=True, gc=False):
    """A line of the page."""

    start: int
    end: int
    kind: BlockKind


_TITLE: Final = BlockKind.TITLE
_TEXT: Final = BlockKind.TEXT
_SUBHEAD: Final = BlockKind.SUBHEAD
"""Every line is asked for them, and Python 3.11 takes five times as long to find a member in its class."""
_MAIN: Final = frozenset((BlockKind.TITLE, BlockKind.TEXT, BlockKind.SUBHEAD))


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart. ``lead`` holds the first two real sentences."""

    text: str
    title: Span | None
    lead: tuple[Span, ...]
    blocks: tuple[Block, ...]
    main: tuple[Span, ...]
    """The stretches that are the article itself: title, text and subheads, in order."""
    running: tuple[Span, ...]
    """Those of running text."""
    appended: tuple[AppendedBlock, ...] = ()

    @property
    def title_text(self) -> str:
        """The title, given or found on the page; empty for a page without one."""
        return self.text[slice(*self.title)] if self.title else ""

    @property
    def opening(self) -> str:
        """The page down to where ``OPENING`` characters of the article itself have been seen, to the end of a word."""
        left, reached = OPENING, 0
        for start, reached in self.main:
            if reached - start > left:
                cut = start + left
                word = self.text[cut : min(cut + _LONGEST_WORD, reached)].partition(" ")[0]
                return self.text[: cut + (len(word) if len(word) < _LONGEST_WORD else 0)]
            left -= reached - start
        return self.text[:reached] or self.text[:OPENING]

    @property
    def language_text(self) -> str:
        """What to judge the language by: title and the beginning of the longest paragraph."""
        start = end = 0
        for first, last in self.running:
            if last - first > end - start:
                start, end = first, last
        sample = self.text[start : min(end, start + _LANGUAGE_SAMPLE)]
        return f"{self.title_text} {sample}".strip() or self.text[:_LANGUAGE_SAMPLE]

    def kind_at(self, offset: int) -> BlockKind | None:
        """What the line at an offset is; None between lines."""
        index = bisect_right(self.blocks, offset, key=_start) - 1
        return self.blocks[index].kind if index >= 0 and offset < self.blocks[index].end else None


def _start(block: Block) -> int:
    return block.start


_KINDS: Final = {
    LineKind.TEXT: BlockKind.TEXT,
    LineKind.SHORT: BlockKind.SUBHEAD,
    LineKind.CAPTION: BlockKind.CAPTION,
    LineKind.TEASER: BlockKind.TEASER,
    LineKind.FURNITURE: BlockKind.FURNITURE,
}


def segment(title: str, summary: str, body: str, markers: Markers | None = None) -> Page:
    """The parts of a page; ``markers`` are the shipped ones unless an operator's are given."""
    markers = markers or packaged_markers()
    text = joined_text(title, summary, body)
    blocks: list[Block] = []
    position = 0
    if title:
        blocks.append(Block(0, len(title), BlockKind.TITLE))
        position = len(title) + len(TEXT_SEPARATOR)
    if summary:
        blocks += _summary(sort_lines(summary, position, markers, title).main)
        position += len(summary) + len(TEXT_SEPARATOR)
    sorted_body = sort_lines(body, position, markers, title)
    blocks += _body(sorted_body.main, titled=bool(title), summarised=bool(summary))
    blocks += [Block(line.start, line.end, BlockKind.TEASER) for line in sorted_body.rest]
    return _page(text, blocks, appended_articles(text, sorted_body.rest))


def _page(text: str, blocks: Sequence[Block], appended: tuple[AppendedBlock, ...]) -> Page:
    title = next(((block.start, block.end) for block in blocks if block.kind is _TITLE), None)
    main = tuple([(block.start, block.end) for block in blocks if block.kind in _MAIN])
    running = tuple([(block.start, block.end) for block in blocks if block.kind is _TEXT])
    return Page(text, title, tuple(_lead(text, running)), tuple(blocks), main, running, appended)


def _summary(lines: Sequence[Line]) -> Iterator[Block]:
    """A summary's short lines are text: it has no subheads."""
    for line in lines:
        kind = _KINDS[line.kind]
        yield Block(line.start, line.end, _TEXT if kind is _SUBHEAD else kind)


def _body(lines: Sequence[Line], *, titled: bool, summarised: bool) -> Iterator[Block]:
    first = next((index for index, line in enumerate(lines) if _is_paragraph(line)), len(lines))
    head, rest = lines[:first], lines[first:]
    if not rest:  # nothing but short lines: they are all there is to read
        yield from _only_short(head, titled=titled or summarised)
        return
    yield from _head(head, titled=titled)
    for index, line in enumerate(rest):
        kind = _KINDS[line.kind]
        if kind is _SUBHEAD and line.words > _WORDS_OF_A_SENTENCE:
            below = rest[index + 1 : index + 4]
            kind = kind if any(other.kind is LineKind.TEXT for other in below) else BlockKind.TEXT
        yield Block(line.start, line.end, kind)


def _only_short(lines: Sequence[Line], *, titled: bool) -> Iterator[Block]:
    for line in lines:
        kind = _KINDS[line.kind]
        if kind in (BlockKind.SUBHEAD, BlockKind.TEXT):
            kind = BlockKind.TEXT if titled else BlockKind.TITLE
            titled = True
        yield Block(line.start, line.end, kind)


def _is_paragraph(line: Line) -> bool:
    """Running text for sure: a headline is shorter and ends without a full stop."""
    return line.kind is LineKind.TEXT and (line.words > _LONGEST_HEADLINE or line.text.endswith(_STOPS))


def _head(lines: Sequence[Line], *, titled: bool) -> Iterator[Block]:
    """What stands above the first paragraph: labels and bylines, the title unless it is given, a deck."""
    for line in lines:
        kind = _KINDS[line.kind]
        if kind is BlockKind.SUBHEAD and line.words < _WORDS_OF_A_SENTENCE:
            kind = BlockKind.FURNITURE
        elif kind in (BlockKind.SUBHEAD, BlockKind.TEXT):
            kind = BlockKind.TEXT if titled else BlockKind.TITLE
            titled = True
        yield Block(line.start, line.end, kind)


def _lead(text: str, running: Sequence[Span]) -> Iterator[Span]:
    """The first two sentences of some length; one that is said twice (summary and body) counts once."""
    seen: list[str] = []
    for first, last in running:
        paragraph = text[first:last]
        for start, end in islice(each_sentence(paragraph), LEAD_SENTENCES + 1):
            words = " ".join(paragraph[start:end].split())
            if words.count(" ") < _WORDS_OF_A_SENTENCE - 1 or any(words.startswith(old[:60]) for old in seen):
                continue
            seen.append(words)
            yield first + start, first + end
            if len(seen) == LEAD_SENTENCES:
                return
