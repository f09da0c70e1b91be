"""The cheap gate: most news names no violence near its top, and then the event heads need not run.

What no word names is no event, whatever the heads would say (``kinds.kind``). A word that many a text without
violence has too ("to attack", "dies") opens the gate only where the n-grams lean to violence; a telling one
("ambush", "shot dead") opens it alone. Measured in fitting/README.md.
"""

from collections.abc import Callable, Iterable
from typing import Final

from stream.reading.kinds import GENERAL, named_kind
from stream.reading.sentences import Sentence

NEAR_THE_TOP: Final = 900
"""Characters of the text in which a word opens the gate; one further down only where the n-grams speak of violence."""
FAINT: Final = 1.6
"""The most that a general word may weigh and still need the n-grams."""
_LEANING: Final = 0.0
"""The z of ``violence`` from n-grams alone above which they lean to it."""


def passes(told: Iterable[Sentence], violence: Callable[[], float], *, sure: float) -> bool:
    """Whether the heads must look, by the words of violence in the opening and, where these leave it open, its n-grams.

    ``violence`` is the z of that head from n-grams alone, ``sure`` that from which they speak of violence.
    """
    near = far = False
    for hit, entry in (found for sentence in told for found in sentence.entries):
        kind = named_kind(entry)
        if kind is None:
            continue
        if hit.start >= NEAR_THE_TOP:
            far = True
        elif kind not in GENERAL or entry.weight > FAINT:
            return True
        else:
            near = True
    return (near or far) and violence() > (_LEANING if near else sure)
