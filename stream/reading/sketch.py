"""MinHash sketches: how much of one text stands in another, from 512 bytes each (PERFORMANCE 4)."""

from struct import Struct
from typing import Final

import numpy as np
from rensa import RMinHash

from stream.reading.text import normalise

PERMUTATIONS: Final = 128
BANDS: Final = 32
SHINGLE: Final = 3
LONGEST: Final = 2_500
"""Characters of the normalised text that are looked at: wire copies differ most in their tails."""
FEWEST_SHINGLES: Final = 8
"""Shorter texts have no sketch: two headlines share three words too easily."""
_SEED: Final = 42
_DTYPE: Final = np.dtype("<u4")
_STORED: Final = Struct(f"<{PERMUTATIONS}I")


def sketch(norm: str, longest: int = LONGEST) -> bytes:
    """The sketch of a normalised text (``Text.norm``): 128 little-endian 32-bit minima, or nothing.

    Shingles are three following words. The same text gives the same bytes on every machine.
    """
    words = norm[:longest].split()
    if len(words) - SHINGLE + 1 < FEWEST_SHINGLES:
        return b""
    minima = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    shingles = zip(*(words[offset:] for offset in range(SHINGLE)), strict=False)
    minima.update(list(map(" ".join, shingles)))  # half the time of the same as a comprehension
    return _STORED.pack(*minima.digest())


def sketch_of(raw: str, longest: int = LONGEST) -> bytes:
    """The sketch of a text as written."""
    return sketch(normalise(raw), longest)


def similarity(a: bytes, b: bytes) -> float:
    """The estimated share of shingles in common (Jaccard), 0 to 1; 0 where either has no sketch."""
    if not a or not b or len(a) != len(b):
        return 0.0
    return float(np.mean(np.frombuffer(a, dtype=_DTYPE) == np.frombuffer(b, dtype=_DTYPE)))


def bands(sketched: bytes) -> tuple[bytes, ...]:
    """32 bands of four minima: texts that share one are worth comparing (near-certain from 0.6 in common)."""
    width = len(sketched) // BANDS
    return tuple(sketched[start : start + width] for start in range(0, len(sketched), width)) if width else ()
