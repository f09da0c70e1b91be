"""Articles appended to a page behind its end: related stories with a headline and a text of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stream.reading.furniture import Line, LineKind

_FEWEST_HEADLINE_WORDS: Final = 5
_LONGEST_HEADLINE_WORDS: Final = 25
_MOST: Final = 10
"""More than this many on one page is a list of links, not articles worth reading."""


@dataclass(frozen=True, slots=True)
class AppendedBlock:
    """A headline with at least one paragraph under it. Offsets count in ``Article.text``."""

    start: int
    end: int
    title: str
    summary: str


def appended_articles(text: str, lines: Sequence[Line]) -> tuple[AppendedBlock, ...]:
    """The articles among the lines behind the cut. A headline with no paragraph under it is only a link."""
    found: list[AppendedBlock] = []
    index = 0
    while index < len(lines) and len(found) < _MOST:
        headline = lines[index]
        paragraph = _paragraph_under(lines, index) if _is_headline(headline) else None
        if paragraph is None:
            index += 1
            continue
        last = _last_line(lines, paragraph)
        summary = text[lines[paragraph].start : lines[paragraph].end]
        found.append(AppendedBlock(headline.start, lines[last].end, headline.text, summary))
        index = last + 1
    return tuple(found)


def _is_headline(line: Line) -> bool:
    return (
        line.kind in (LineKind.SHORT, LineKind.TEXT)
        and _FEWEST_HEADLINE_WORDS <= line.words <= _LONGEST_HEADLINE_WORDS
        and not line.text.endswith((".", "…", '."', ".»"))
    )


def _paragraph_under(lines: Sequence[Line], index: int) -> int | None:
    """The first running text under a headline, past captions and the headline said again."""
    for below in range(index + 1, min(index + 8, len(lines))):
        line = lines[below]
        if line.kind is LineKind.TEXT and line.text != lines[index].text and not _is_headline(line):
            return below
        if line.kind is LineKind.TEASER or (line.kind is LineKind.SHORT and line.text != lines[index].text):
            return None
    return None


def _last_line(lines: Sequence[Line], paragraph: int) -> int:
    """The last running text before the next caption, link or headline of another article."""
    last = paragraph
    for index in range(paragraph + 1, len(lines)):
        line = lines[index]
        if line.kind is LineKind.TEXT and not _is_headline(line):
            last = index
        elif line.kind in (LineKind.CAPTION, LineKind.TEASER) or _is_headline(line):
            break
    return last
