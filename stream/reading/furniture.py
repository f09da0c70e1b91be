"""Lines of a page sorted: running text, short lines, captions, teasers, furniture; and where the article ends."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from stream.reading.lexicon import Entry, Lexicon

_LONGEST_MARKER_LINE: Final = 80
_LONGEST_NOTICE: Final = 160
_WORDS_AFTER_A_MARKER: Final = 5
_LONGEST_CAPTION: Final = 60
_LONGEST_SHORT: Final = 12
_LONGEST_HEADLINE: Final = 20
_LATE: Final = 0.6
"""An "also read" this far down the page ends the article; higher up it is a box inside it."""

_FOLD: Final = str.maketrans("أإآٱىةؤئکیàâäéèêëîïôöùûüç’:", "اااايهويكيaaaeeeeiioouuuc' ", "\u0640\u200e\u200fًٌٍَُِّْ")
_EDGES: Final = " \t:*•·|-–—.…«»\"'[]()!؟?،,>›↓\xa0"
_CLOSING: Final = "\"'”»)]"
_STOPS: Final = (".", "…")
_FINALS: Final = (*_STOPS, "!", "?", "؟", ":", "؛", ";")
_CREDIT: Final = re.compile(r"[(\[][^()\[\]]{2,60}[)\]]$")
_SAID: Final = re.compile(r"[.!?؟…]\s*[\"'”»]?\s*\([^()]+\)$")
_CAPTION_START: Final = re.compile(
    r"(?:photo|file photo|image|crédit photo|credit|légende|صورة|صوره)\b.{0,3}[:：]|©", re.IGNORECASE
)
_TWEET: Final = re.compile(r"https?://t\.co/|pic\.twitter\.com/|^[—–-]\s.{1,60}\(@\w+\)")
_DASHES: Final = ("—", "–", "-")
_COUNTED: Final = re.compile(r"^\d+\s")
_BULLETS: Final = ("•", "▪", "●", "■", "►", "‣")


class LineKind(StrEnum):
    """What a line is by itself."""

    TEXT = "text"
    SHORT = "short"
    CAPTION = "caption"
    TEASER = "teaser"
    FURNITURE = "furniture"


_TEXT: Final = LineKind.TEXT
"""What most lines are; Python 3.11 takes its time to find a member in its class."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line that is not blank, its offsets counted in the article's text."""

    start: int
    end: int
    kind: LineKind
    words: int
    text: str


@dataclass(frozen=True, slots=True)
class SortedLines:
    """The article's own lines, and those behind the cut."""

    main: tuple[Line, ...]
    rest: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Markers:
    """Furniture phrases by what they do: folded phrase → ``cut``, ``aside``, ``widget``, ``source``, ``counter``."""

    lines: dict[str, str]
    notices: tuple[str, ...]
    """Phrases that make furniture of a whole line wherever they stand in it."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Markers":
        """The markers among a lexicon's entries (class ``fur``)."""
        furniture = [(_plain(entry.term), entry.concept) for entry in entries if entry.cls == "fur"]
        notices = tuple(phrase for phrase, concept in furniture if concept == "notice")
        return cls({phrase: concept for phrase, concept in furniture if concept != "notice"}, notices)

    def role(self, line: str) -> str | None:
        """What a line does by its first words; None for one that is no marker."""
        if len(line) > _LONGEST_NOTICE:
            return None
        plain = _plain(line)
        if any(notice in plain for notice in self.notices):
            return "widget"
        if len(line) > _LONGEST_MARKER_LINE:
            return None
        words = _COUNTED.sub("", plain).split(" ")
        for size in range(min(len(words), 6), 0, -1):
            role = self.lines.get(" ".join(words[:size]))
            if role and _fits(role, len(words) - size, line):
                return role
        return None


def _fits(role: str, more: int, line: str) -> bool:
    """Whether a line that goes on behind the marker is still one; widgets stand alone."""
    if role in ("widget", "counter"):
        return more == 0
    return (
        more == 0
        or ":" in line
        or (role == "cut" and more <= _WORDS_AFTER_A_MARKER and not line.rstrip(_CLOSING).endswith(_FINALS))
    )


@cache
def packaged_markers() -> Markers:
    """The markers of the shipped lexicon."""
    return Markers.of(Lexicon.packaged().entries)


def _plain(line: str) -> str:
    return " ".join(line.casefold().translate(_FOLD).strip(_EDGES).split())


def sort_lines(body: str, offset: int, markers: Markers, title: str) -> SortedLines:
    """The lines of a body that starts at ``offset`` of the article's text, with its article's end found."""
    lines = list(_lines(body, offset))
    repeated = _repeated(lines)
    title = title.strip()
    main: list[Line] = []
    ended = False
    index = 0
    while index < len(lines):
        start, end, line = lines[index]
        role = markers.role(line)
        if role is None:
            main.append(_line(start, end, line, title=title, again=index in repeated.get(line, ())))
            index += 1
            continue
        late = ended or start - offset > len(body) * _LATE
        if main and (role == "cut" or (role == "counter" and _COUNTED.match(line)) or (role == "aside" and late)):
            break
        ended = ended or role == "source"
        main.append(Line(start, end, LineKind.FURNITURE, line.count(" ") + 1, line))
        index += 1
        if role == "aside" and index < len(lines) and _is_headline(lines[index][2]):
            start, end, line = lines[index]
            main.append(Line(start, end, LineKind.TEASER, line.count(" ") + 1, line))
            index += 1
    rest = tuple(_line(*one, title="", again=False) for one in lines[index:] if not markers.role(one[2]))
    return SortedLines(tuple(main), rest)


def _lines(body: str, offset: int) -> Iterator[tuple[int, int, str]]:
    position = 0
    for raw in body.split("\n"):
        line = raw.strip()
        if line:
            start = offset + position + (0 if raw[0] == line[0] else raw.index(line[0]))
            yield start, start + len(line), line
        position += len(raw) + 1


def _line(start: int, end: int, text: str, *, title: str, again: bool) -> Line:
    words = text.count(" ") + 1
    return Line(start, end, _kind(text, words, title=title, again=again), words, text)


def _repeated(lines: list[tuple[int, int, str]]) -> dict[str, set[int]]:
    """Lines that stand twice → where they are not to be read: captions everywhere, all else the second time."""
    if len({line for _start, _end, line in lines}) == len(lines):
        return {}
    seen: dict[str, list[int]] = {}
    for index, (_start, _end, line) in enumerate(lines):
        seen.setdefault(line, []).append(index)
    twice = {line: places for line, places in seen.items() if len(places) > 1}
    return {
        line: set(places)
        if places[1] == places[0] + 1 and not line.rstrip(_CLOSING).endswith(_FINALS)
        else set(places[1:])
        for line, places in twice.items()
    }


def _kind(line: str, words: int, *, title: str, again: bool) -> LineKind:
    if not again and _is_plain(line, title):
        return _TEXT
    if _is_furniture(line, title) or (again and words <= 2):
        return LineKind.FURNITURE
    if again or _is_caption(line, words):
        return LineKind.CAPTION
    if _is_doubled(line) or line.startswith(_BULLETS):
        return LineKind.TEASER
    return LineKind.SHORT if words <= _LONGEST_SHORT and not _ends(line) else LineKind.TEXT


def _is_plain(line: str, title: str) -> bool:
    """Whether a line is a paragraph as most are, long and from a letter to a full stop: the rest need not be asked."""
    return (
        len(line) > _LONGEST_NOTICE
        and line[-1] == "."
        and line[0].isalpha()
        and "/" not in line
        and line != title
        and not _CAPTION_START.match(line)
    )


def _is_furniture(line: str, title: str) -> bool:
    """The title said again, an embedded tweet, a line without letters."""
    if title and line == title:
        return True
    if (line.startswith(_DASHES) or "/" in line) and _TWEET.search(line):
        return True
    return not (line[0].isalpha() or any(char.isalpha() for char in line))


def _ends(line: str) -> bool:
    """Whether a line ends as running text does; a question or a quoted word alone may be a headline."""
    return line.rstrip(_CLOSING).endswith(_STOPS)


def _is_caption(line: str, words: int) -> bool:
    if words > _LONGEST_CAPTION:
        return False
    if _CAPTION_START.match(line):
        return True
    return line.endswith((")", "]")) and bool(_CREDIT.search(line)) and not _SAID.search(line)


def _is_doubled(line: str) -> bool:
    """A teaser glued to itself: the same words twice."""
    if len(line) > _LONGEST_NOTICE:
        return False
    words = line.split()
    half = len(words) // 2
    return half >= 3 and len(words) % 2 == 0 and words[:half] == words[half:]


def _is_headline(line: str) -> bool:
    return line.count(" ") < _LONGEST_HEADLINE and not _ends(line)
