"""MinHash sketches: how much of one text stands in another, from 512 bytes each (PERFORMANCE 4)."""

from collections.abc import Sequence
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
    opening = norm[:longest].encode()  # bytes are cut twice as fast as letters of two bytes
    ends = _spaces(opening)
    if len(ends) - SHINGLE < FEWEST_SHINGLES:
        return b""
    minima = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minima.update([opening[start + 1 : end] for start, end in zip(ends, ends[SHINGLE:], strict=False)])
    return _STORED.pack(*minima.digest())


def _spaces(opening: bytes) -> list[int]:
    """Where the single spaces around the words stand; the end of a text that is cut off in a word counts as one."""
    ends: list[int] = (np.frombuffer(opening, dtype=np.uint8) == ord(" ")).nonzero()[0].tolist()
    if opening[-1:] != b" ":
        ends.append(len(opening))
    return ends


def sketch_of(raw: str, longest: int = LONGEST) -> bytes:
    """The sketch of a text as written."""
    return sketch(normalise(raw), longest)


def similarity(a: bytes, b: bytes) -> float:
    """The estimated share of shingles in common (Jaccard), 0 to 1; 0 where either has no sketch."""
    if not a or not b or len(a) != len(b):
        return 0.0
    return similarities(a, (b,))[0]


def similarities(one: bytes, others: Sequence[bytes]) -> list[float]:
    """``similarity`` of one sketch to each of several, all of one length, at a tenth of the cost a piece."""
    theirs = np.frombuffer(b"".join(others), dtype=_DTYPE).reshape(len(others), -1)
    shared: list[int] = (theirs == np.frombuffer(one, dtype=_DTYPE)).sum(axis=1).tolist()
    return [count / theirs.shape[1] for count in shared]


def bands(sketched: bytes) -> tuple[bytes, ...]:
    """32 bands of four minima: texts that share one are worth comparing (near-certain from 0.6 in common)."""
    width = len(sketched) // BANDS
    return tuple(sketched[start : start + width] for start in range(0, len(sketched), width)) if width else ()
