"""Text as the reader matches it: folded letters and digits between single spaces, with the way back.

The folding follows READING 3.1: harakat, tatweel and invisible marks vanish, Arabic letter variants
and Persian look-alikes become one letter, Latin letters lose case and accents, digits become ASCII,
all else separates. One numpy table over code points does it; the few characters that fold to
several letters (œ, ß, ligatures) are written out first.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_SIZE: Final = 0x110000
_BMP: Final = 0x10000
_SPACE: Final = ord(" ")
_DROP: Final = 0
_EXPAND: Final = 1
"""Table values: a character that vanishes, and one that folds to several letters."""

_LETTERS: Final = {
    "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي",
    "ک": "ك", "ی": "ي", "گ": "ك", "ڤ": "ف", "پ": "ب", "چ": "ج", "ۀ": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه",
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i",
    "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    "٪": "%", "\u02bc": " ", "\u02bb": " ",
}  # fmt: skip
_DROPPED: Final = (
    (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED),
    (0x0640, 0x0640), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF), (0x00AD, 0x00AD),
    (0x0300, 0x036F), (0xFE00, 0xFE0F), (0x061C, 0x061C),
)  # fmt: skip
_FOLDED: Final = ((0, 0x3400), (0xFB00, 0x10000), (0x1D400, 0x1D800), (0x1EE00, 0x1EF00))
"""The blocks whose characters are folded one by one; of the rest, CJK stays and all else separates."""


def _fold(char: str) -> str:
    """What a character becomes: letters, nothing where it vanishes, a space where it separates."""
    folded, before = char, ""
    while folded != before:  # a few characters need folding twice (a ligature of capitals)
        before = folded
        parts = unicodedata.normalize("NFKD", folded) if folded not in _LETTERS else folded
        folded = "".join(_fold_one(part) for part in parts.casefold())
    return folded.strip() or folded[:1]


def _fold_one(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    category = unicodedata.category(char)
    if category == "Mn" or any(low <= ord(char) <= high for low, high in _DROPPED):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    return char if char.isalnum() or char == "%" else " "


def _tables() -> tuple[NDArray[np.uint32], dict[str, str]]:
    """The one-to-one table, and the characters that fold to several letters."""
    table = np.full(_SIZE, _SPACE, dtype=np.uint32)
    several: dict[str, str] = {}
    for start, end in _FOLDED:
        for code in range(start, end):
            folded = _fold(chr(code))
            table[code] = ord(folded) if len(folded) == 1 else _EXPAND if folded else _DROP
            if len(folded) > 1:
                several[chr(code)] = folded
    table[0x3400:0xD800] = np.arange(0x3400, 0xD800)  # CJK and Hangul: letters that fold to themselves
    return table, several


_TABLE, _SEVERAL = _tables()
_TABLE_BMP: Final = _TABLE[:_BMP].astype(np.uint16)
_SENTENCE_END: Final = re.compile(r"[.!?؟…۔।\n][\"'”»)\]]*\s*")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(«\"'\[])(?:(?:\w\.)*\w|Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Maj|Capt|Gov|Sen|Rep|Jr|No|vs|MM|Mme|Mlle|art|av|env|d)\.$"
)
_LONGEST_ABBREVIATION: Final = 12
_DIGIT_ENUMERATION: Final = re.compile(r"(?:^|\s)\d\.$")


class Text:
    """A text in both forms. Offsets named ``norm`` count in ``norm``, all others in ``raw``."""

    __slots__ = ("__dict__", "_letters", "_positions", "norm", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._letters, self._positions = _folded(raw)
        self.norm = _joined(self._letters)

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """The raw offset of each character of ``norm``; the outer spaces take their neighbours'."""
        kept = _kept(self._letters)
        if not len(kept):
            return np.zeros(1, dtype=np.int64)
        if self._positions is not None:
            kept = self._positions[kept]
        return np.concatenate((kept[:1], kept, kept[-1:])).astype(np.int64, copy=False)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of ``raw`` that ``norm[start:end]`` came from; always within ``raw``."""
        last = len(self.offsets) - 1
        start = min(max(start, 0), last)
        end = min(max(end - 1, start), last)
        return int(self.offsets[start]), min(int(self.offsets[end]) + 1, len(self.raw))

    @cached_property
    def tokens(self) -> list[tuple[int, int]]:
        """Start and end of each token in ``norm``."""
        return [match.span() for match in re.finditer(r"[^ ]+", self.norm)]

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each sentence in ``raw``; a line break always ends one."""
        return sentence_spans(self.raw)

    def sentence_at(self, offset: int) -> int:
        """The index of the sentence that a raw offset lies in, or else the one before it."""
        return max(0, bisect_right(self._sentence_starts, offset) - 1)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _end in self.sentences]


def normalise(text: str) -> str:
    """The folded form: tokens between single spaces, one space before the first and behind the last."""
    return _joined(_folded(text)[0])


def _folded(raw: str) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
    """The folded characters, and where each came from if some folded to several."""
    letters = _looked_up(_codes(raw))
    if not (letters == _EXPAND).any():
        return letters, None
    parts = [_SEVERAL.get(char, char) for char in raw]
    lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
    return _looked_up(_codes("".join(parts))), np.repeat(np.arange(len(parts)), lengths)


def _joined(letters: NDArray[Any]) -> str:
    if not letters.all():
        letters = letters[letters != _DROP]
    kept = letters != _SPACE
    kept[1:] |= kept[:-1].copy()  # of a run of spaces the first one stays
    folded = letters[kept].tobytes().decode("utf-16-le" if letters.dtype == np.uint16 else "utf-32-le").strip(" ")
    return f" {folded} " if folded else " "


def sentence_spans(raw: str, most: int | None = None) -> tuple[tuple[int, int], ...]:
    """Start and end of the sentences of a text, of its first ones if ``most`` is given."""
    return tuple(islice(_sentences(raw), most))


def _codes(text: str) -> NDArray[Any]:
    """The code points: 16 bits each where that holds them all, for the smaller table is the faster one."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    if len(codes) == len(text):
        return codes
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _looked_up(codes: NDArray[Any]) -> NDArray[Any]:
    return (_TABLE_BMP if codes.dtype == np.uint16 else _TABLE).take(codes)


def _kept(letters: NDArray[Any]) -> NDArray[np.int64]:
    """Where the characters that ``_joined`` keeps stand, the outer spaces left out."""
    kept = np.flatnonzero(letters)
    spaces = letters[kept] == _SPACE
    inner = spaces.copy()
    inner[1:] &= spaces[:-1]  # of a run of spaces the first one stays; one at the very start goes
    chosen = kept[~inner]
    ends_in_space = len(chosen) > 0 and letters[chosen[-1]] == _SPACE
    positions: NDArray[np.int64] = chosen[:-1] if ends_in_space else chosen
    return positions


def _sentences(raw: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(raw):
        mark = match.group()
        kept = mark.rstrip()
        if len(kept) == len(mark) and match.end() < len(raw):
            continue  # no space behind it: a decimal, an address, dots in a row
        if mark[0] == "." and "\n" not in mark and _abbreviated(raw, start, match.start() + 1):
            continue
        end = match.start() + len(kept)
        begin = end - len(raw[start:end].lstrip())
        if begin < end:
            yield begin, end
        start = match.end()
    end = len(raw.rstrip())
    begin = end - len(raw[start:end].lstrip())
    if begin < end:
        yield begin, end


def _abbreviated(raw: str, start: int, end: int) -> bool:
    """Whether the full stop before ``end`` belongs to an abbreviation or initial, or numbers a list."""
    before = raw[max(start, end - _LONGEST_ABBREVIATION) : end]
    return bool(_ABBREVIATION.search(before)) and not _DIGIT_ENUMERATION.search(before)
