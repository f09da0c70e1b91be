"""MinHash sketches: how much of one text stands in another, from 512 bytes each (PERFORMANCE 4)."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import sub
from struct import Struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
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
_HALF: Final = np.uint64(32)
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_POWERS: Final = np.cumprod(np.full(LONGEST + 1, _BASE, dtype=np.uint64))
_INVERSES: Final = np.cumprod(np.full(LONGEST + 1, pow(int(_BASE), -1, 1 << 64), dtype=np.uint64))
_STORED: Final = Struct(f"<{PERMUTATIONS}I")


def sketch(norm: str) -> bytes:
    """The sketch of a normalised text (``Text.norm``): 128 little-endian 32-bit minima, or nothing.

    Shingles are three following words. The same text gives the same bytes on every machine.
    """
    return sketches([norm])[0]


def sketches(norms: Sequence[str]) -> list[bytes]:
    """The sketches of several normalised texts, at half the cost of one by one."""
    if not norms:
        return []
    openings = [_opening(norm) for norm in norms]
    spaces = [opening.count(" ") for opening in openings]
    counts = [max(0, count - SHINGLE) for count in spaces]
    starts = np.array([0, *accumulate(counts)], dtype=np.uint64)
    hashes = _hashes(openings, spaces, counts)
    rows = RMinHash.digest_matrix_from_flat_token_hashes(hashes, starts, PERMUTATIONS, _SEED).to_rows()
    return [
        _STORED.pack(*minima) if count >= FEWEST_SHINGLES else b"" for minima, count in zip(rows, counts, strict=True)
    ]


def _opening(norm: str) -> str:
    """What is looked at of a text, with a space behind its last word even where that is cut off."""
    opening = norm[:LONGEST]
    return opening if opening[-1:] == " " else f"{opening} "


def _hashes(openings: Sequence[str], spaces: Sequence[int], counts: Sequence[int]) -> NDArray[np.uint64]:
    """The hashes of all shingles, text by text; the counts are each text's, of its spaces and its shingles.

    Letters are a number's digits, so the difference of two running sums, shifted down, is the same wherever
    a shingle stands. Cutting each out would cost three times as much.
    """
    codes = np.frombuffer("".join(openings).encode("utf-32-le", "surrogatepass"), dtype=_DTYPE)
    begins = [0, *accumulate(map(len, openings))]
    sums = np.empty(len(codes), dtype=np.uint64)
    for begin, end in pairwise(begins):
        np.add.accumulate(codes[begin:end] * _POWERS[: end - begin], out=sums[begin:end])
    (ends,) = (codes == ord(" ")).nonzero()
    earlier = [0, *accumulate(map(sub, spaces, counts))]  # spaces of texts before that begin no shingle
    firsts = np.arange(sum(counts)) + np.repeat(earlier[:-1], counts)
    before, last = ends.take(firsts), ends.take(firsts + SHINGLE)
    shifts = _INVERSES.take(before - np.repeat(begins[:-1], counts))
    hashes: NDArray[np.uint64] = (sums.take(last) - sums.take(before)) * shifts
    hashes ^= hashes >> _HALF
    hashes *= _BASE
    return hashes


def sketch_of(raw: str) -> bytes:
    """The sketch of a text as written."""
    return sketch(normalise(raw))


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
