"""The cheap gate: most news has no word of violence near its top, and then the event heads need not run."""

from collections.abc import Callable, Sequence
from typing import Final

from stream.reading.matcher import Hit
from stream.reading.sentences import VIOLENT_CLASSES

NEAR_THE_TOP: Final = 900
"""Characters of the text in which a word of violence opens the gate."""


def passes(hits: Sequence[Hit], suspects: Callable[[], bool]) -> bool:
    """Whether the heads must look: a word of violence near the top, else n-grams that speak of it."""
    for hit in hits:
        if hit.start >= NEAR_THE_TOP:
            break
        if hit.payload.cls in VIOLENT_CLASSES:
            return True
    return suspects()
