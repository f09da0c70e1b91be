"""Text as the reader matches it: folded letters and digits between single spaces, with the way back.

The folding follows READING 3.1: harakat, tatweel and invisible marks vanish, Arabic letter variants
and Persian look-alikes become one letter, Latin letters lose case and accents, digits become ASCII,
all else separates. One numpy table over code points does it; the few characters that fold to
several letters (œ, ß, ligatures) are written out first.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

_SIZE: Final = 0x110000
_BMP: Final = 0x10000
_ASCII: Final = 0x80
_SPACE: Final = ord(" ")
_BETWEEN: Final = "\ud7ff"
"""A code point without a character; it folds to itself."""
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
_DROPPED_SPANS: Final = (
    (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8), (0x06EA, 0x06ED),
    (0x0640, 0x0640), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF), (0x00AD, 0x00AD),
    (0x0300, 0x036F), (0xFE00, 0xFE0F), (0x061C, 0x061C),
)  # fmt: skip
_DROPPED: Final = frozenset(chr(code) for low, high in _DROPPED_SPANS for code in range(low, high + 1))
_FOLDED: Final = ((0, 0x3400), (0xFB00, 0x10000), (0x1D400, 0x1D800), (0x1EE00, 0x1EF00))
"""The blocks whose characters are folded one by one; of the rest, CJK stays and all else separates."""


def _fold(char: str) -> str:
    """What a character becomes: letters, nothing where it vanishes, a space where it separates."""
    if char not in _LETTERS and not unicodedata.decomposition(char) and char.casefold() == char:
        return _fold_one(char)  # as of most
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
    if category == "Mn" or char in _DROPPED:
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
_TABLE_ASCII: Final = _TABLE[:_ASCII].astype(np.uint8)
"""Holds neither ``_DROP`` nor ``_EXPAND``: no ASCII character vanishes or folds to several."""
_CODECS: Final = {"u1": "ascii", "u2": "utf-16-le", "u4": "utf-32-le"}
_SENTENCE_END: Final = re.compile(r"([.!?؟…۔।\n][\"'”»)\]]*)(\s*)")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(«\"'\[])(?:(?:\w\.)*\w|Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Maj|Capt|Gov|Sen|Rep|Jr|No|vs|MM|Mme|Mlle|art|av|env|d)\.$"
)
_LONGEST_ABBREVIATION: Final = 12
_LONGER_THAN_ABBREVIATED: Final = 5
"""Letters in a row that no abbreviation has."""
_DIGIT_ENUMERATION: Final = re.compile(r"(?:^|\s)\d\.$")


_Folded = tuple[str, NDArray[np.int64]]
"""A text's normal form, and the raw offset of each of its characters."""


class Text:
    """A text in both forms. Offsets named ``norm`` count in ``norm``, all others in ``raw``."""

    __slots__ = ("__dict__", "norm", "offsets", "raw")

    norm: str
    offsets: NDArray[np.int64]
    """The raw offset of each character of ``norm``; the outer spaces take their neighbours'."""

    def __init__(self, raw: str, folded: _Folded | None = None) -> None:
        self.raw = raw
        self.norm, self.offsets = folded or _padded(raw)

    @classmethod
    def many(cls, raws: Sequence[str]) -> list[Self]:
        """Texts folded in one go, at a third of the cost."""
        joined, offsets = _collapsed(f"{_BETWEEN} {f' {_BETWEEN} '.join(raws)} ")  # each between spaces of its own
        norms = joined.split(_BETWEEN)[1:]
        if len(norms) != len(raws):  # one of them holds the separator
            return [cls(raw) for raw in raws]
        texts: list[Self] = []
        at, before = 1, 2
        for raw, norm in zip(raws, norms, strict=True):
            own = offsets[at : at + len(norm)]
            own -= before
            own[0], own[-1] = (own[1], own[-2]) if len(norm) > 1 else (0, 0)
            texts.append(cls(raw, (norm, own)))
            at += len(norm) + 1
            before += len(raw) + 3
        return texts

    def norm_length(self, end: int) -> int:
        """How long the normal form of ``raw[:end]`` alone would be, its outer spaces included."""
        count = int(np.searchsorted(self.offsets, end))
        return count + (self.norm[count - 1] != " ") if count else 1

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
    bare = _collapsed(text)[0].strip(" ")
    return f" {bare} " if bare else " "


def _padded(raw: str) -> _Folded:
    """The folded form of one text, and where its characters stood."""
    letters, kept = _collapsed(raw)
    bare = letters.strip(" ")
    if not bare:
        return " ", np.zeros(1, dtype=np.int64)
    first = letters[:1] == " "
    kept = kept[first : first + len(bare)]
    return f" {bare} ", np.concatenate((kept[:1], kept, kept[-1:]))


def normalise_all(texts: Sequence[str]) -> list[str]:
    """The folded forms of many short texts, without the outer spaces, much faster than one by one."""
    folded = normalise(_BETWEEN.join(texts)).split(_BETWEEN)
    if len(folded) != len(texts):  # one of them holds the separator
        return [normalise(text).strip() for text in texts]
    return [text.strip() for text in folded]


def _folded(raw: str) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
    """The folded characters, and where each came from if some folded to several."""
    letters = _looked_up(raw)
    if letters.dtype == np.uint8 or _least(letters) > _EXPAND:
        return letters, None
    (several,) = (letters == _EXPAND).nonzero()
    if not len(several):
        return letters, None
    lengths = np.ones(len(raw), dtype=np.int64)
    parts: list[str] = []
    last = 0
    for at in several.tolist():
        expanded = _SEVERAL[raw[at]]
        parts += (raw[last:at], expanded)
        lengths[at] = len(expanded)
        last = at + 1
    return _looked_up("".join(parts) + raw[last:]), np.repeat(np.arange(len(raw)), lengths)


def _collapsed(raw: str) -> tuple[str, NDArray[np.int64]]:
    """The folded text, one space for each run of them, and where in ``raw`` each of its characters stood."""
    letters, positions = _folded(raw)
    live = None
    if letters.dtype != np.uint8 and _least(letters) == _DROP:
        (live,) = letters.nonzero()
        letters = letters[live]
    solid = letters != _SPACE
    held = solid.copy()
    np.logical_or(solid[1:], solid[:-1], out=held[1:])  # of a run of spaces the first stays; one at the start goes
    (kept,) = held.nonzero()
    folded = letters.take(kept).tobytes().decode(_CODECS[letters.dtype.str[1:]])
    if live is not None:
        kept = live.take(kept)
    return folded, kept if positions is None else positions.take(kept)


def _least(letters: NDArray[Any]) -> int:
    """The ufunc itself: numpy's wrappers around it cost more than the work."""
    return int(np.minimum.reduce(letters, initial=_SPACE))


def sentence_spans(raw: str) -> tuple[tuple[int, int], ...]:
    """Start and end of the sentences of a text."""
    return tuple(each_sentence(raw))


def _looked_up(text: str) -> NDArray[Any]:
    """The folded code points, in as few bits each as hold them all: the smaller table is the faster one."""
    if text.isascii():
        return _TABLE_ASCII.take(np.frombuffer(text.encode(), dtype=np.uint8))
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    if len(codes) == len(text):
        return _TABLE_BMP.take(codes)
    return _TABLE.take(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32))


def each_sentence(raw: str) -> Iterator[tuple[int, int]]:
    """Start and end of one sentence after the other, for whoever needs only the first ones."""
    start = len(raw) - len(raw.lstrip())
    length = len(raw)
    for match in _SENTENCE_END.finditer(raw):
        at, end = match.span(1)
        following = match.end()
        first = raw[at]
        if first == "\n" and end == at + 1:
            end = at
        elif end == following < length:
            continue  # no space behind it: a decimal, an address, dots in a row
        elif (
            first == "."
            and not (at - start >= _LONGER_THAN_ABBREVIATED and raw[at - _LONGER_THAN_ABBREVIATED : at].isalpha())
            and _abbreviated(raw, start, at + 1, following)
        ):
            continue
        if start < end:
            yield start, end
        start = following
    end = len(raw.rstrip())
    if start < end:
        yield start, end


def _abbreviated(raw: str, start: int, end: int, following: int) -> bool:
    """Whether the full stop before ``end`` belongs to an abbreviation or initial, or numbers a list."""
    before = raw[max(start, end - _LONGEST_ABBREVIATION) : end]
    return (
        bool(_ABBREVIATION.search(before)) and not _DIGIT_ENUMERATION.search(before) and "\n" not in raw[end:following]
    )
