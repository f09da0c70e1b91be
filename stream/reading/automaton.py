"""Many strings looked for in one pass over a text: the Aho–Corasick automaton, over letters of one byte each."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

_CODES: Final = 0x110000
_MOST_LETTERS: Final = 255

Match = tuple[int, int, int]
"""The pattern's index, and where it starts and ends, in characters."""


class Automaton:
    """Finds patterns, overlaps kept, in the order of their ends.

    A pattern's letters get a byte each and all others of a text none of those: half the work of UTF-8 for
    Arabic, a smaller automaton, and its offsets are characters. More letters than bytes (somebody's Chinese
    terms) are looked for as they are.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        letters = sorted(set().union(*patterns))
        self._bytes: BytesAhoCorasick | None = None
        self._characters: AhoCorasick | None = None
        if len(letters) > _MOST_LETTERS:
            self._characters = AhoCorasick(patterns, matchkind=MatchKind.Standard)
        elif patterns:
            self._codes = np.zeros(_CODES, dtype=np.uint8)
            self._codes[list(map(ord, letters))] = np.arange(1, len(letters) + 1)
            self._bytes = BytesAhoCorasick(map(self._encoded, patterns), matchkind=MatchKind.Standard)

    def find(self, texts: Sequence[str]) -> list[list[Match]]:
        """The places of the patterns in each of the texts."""
        if self._bytes is not None:
            automaton, encoded = self._bytes, self._encoded("".join(texts))
            ends = list(accumulate(map(len, texts)))
            return [
                automaton.find_matches_as_indexes(encoded[start:end], overlapping=True)
                for start, end in pairwise((0, *ends))
            ]
        if self._characters is not None:
            return [self._characters.find_matches_as_indexes(text, overlapping=True) for text in texts]
        return [[] for _text in texts]

    def _encoded(self, text: str) -> bytes:
        return self._codes.take(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)).tobytes()
