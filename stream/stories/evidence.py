"""How sure the sources make us together. Pure, and never less sure for one account more."""

from collections.abc import Iterable
from typing import Final

from marsad.story import Member
from stream.stories.copies import source_of

CAP: Final = 0.99
"""No single source makes an event certain."""
FLOOR: Final = 0.3
"""Weaker accounts do not add up: twenty commentaries at 0.1 are no report."""
DIGITS: Final = 6


def probability(members: Iterable[Member]) -> float:
    """That a fresh and actual event is told: noisy-or over independent sources, each by its best account."""
    best: dict[str, float] = {}
    for member in members:
        if member.event is not None:
            source = source_of(member)
            best[source] = max(best.get(source, 0.0), member.event.score)
    if not best:
        return 0.0
    doubt = 1.0
    for source in sorted(best):
        doubt *= 1.0 - min(CAP, best[source]) if best[source] >= FLOOR else 1.0
    return round(max(1.0 - doubt, min(CAP, max(best.values()))), DIGITS)


def sources(members: Iterable[Member]) -> tuple[str, ...]:
    """The independent sources, sorted."""
    return tuple(sorted({source_of(member) for member in members}))
