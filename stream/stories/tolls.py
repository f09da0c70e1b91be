"""Tolls: which figures can be of one event, and which stand for a story. Pure. Never averaged."""

from collections.abc import Iterable, Sequence
from math import log
from typing import Final

from marsad.reading import Event, Toll
from marsad.story import Member, ToldToll
from stream.stories.copies import source_of
from stream.stories.when import appeared

KINDS: Final = ("killed", "injured", "abducted")
EQUAL: Final = 0.2
CLOSE: Final = 0.7
FAR: Final = 1.0
LEAST: Final = 3
"""Figures below this are too common to prove anything."""
_LARGE: Final = 20
_NEARLY: Final = 0.08
_VAGUE: Final = 2
_SWOLLEN: Final = 1.7
"""A toll that is more than 5.5 times the highest told, without a word of a rise, is of another event."""
_NEUTRAL: Final = frozenset({None, "official", "medical", "witnesses", "monitor", "un"})
"""Owners that are no party to the fight; a party's figure is a claim."""


def figure(event: Event, kind: str) -> Toll | None:
    """The event's toll of one kind."""
    toll: Toll | None = getattr(event, kind)
    return toll


def is_claim(toll: Toll, event: Event) -> bool:
    """Whether the figure is that of a group that fights, which counts its own way."""
    return toll.owner is not None and (toll.owner == event.claimed_by or toll.owner not in _NEUTRAL)


def apart(one: Toll, other: Toll) -> float:
    """How far two figures are apart: the logarithm of their ratio, 0 where their ranges overlap."""
    lower, upper = min(one.high, other.high), max(one.low, other.low)
    return 0.0 if upper <= lower else log(upper / max(lower, 0.5))


def vague(toll: Toll) -> bool:
    """Whether it is no count but a word ("dozens"): its range holds the tolls of most events of the day."""
    return toll.high > _VAGUE * toll.low


def agreement(event: Event, told: Sequence[ToldToll], kind: str) -> float | None:
    """The least distance to any figure told of that kind; None where either side has none, or only a vague one."""
    toll = figure(event, kind)
    if toll is None or vague(toll):
        return None
    distances = [apart(toll, other.toll) for other in told if other.kind == kind and not vague(other.toll)]
    return min(distances, default=None)


def shared_toll(event: Event, told: Sequence[ToldToll], *, exact: bool = False) -> int | None:
    """The highest toll that the account gives as it was told before; None where it gives no such.

    Small figures must be equal; large ones differ by a few while bodies are found, unless ``exact``.
    """
    shared = [
        toll.best
        for kind in KINDS
        if (toll := figure(event, kind)) is not None and not vague(toll)
        for other in told
        if other.kind == kind
        and not vague(other.toll)
        and (toll.best == other.toll.best if exact else _as_good_as_equal(toll.best, other.toll.best))
    ]
    return max(shared, default=None)


def _as_good_as_equal(one: int, other: int) -> bool:
    return one == other or (min(one, other) >= _LARGE and abs(log(one / other)) < _NEARLY)


def contradicts(event: Event, told: Sequence[ToldToll]) -> str | None:
    """Why the account's dead cannot be those told before; None where they can.

    Tolls rise as an event is told on, so a much lower one is another event's, unless it is said to be a
    correction; a higher one only where nothing says that it rose. Claims are exempt.
    """
    toll = event.killed
    known = [other.toll for other in told if other.kind == "killed"]
    if toll is None or not known or event.update or is_claim(toll, event):
        return None
    distance = min(apart(toll, other) for other in known)
    fewer = toll.high < min(other.low for other in known)
    if distance > (FAR if fewer else _SWOLLEN) and abs(toll.best - max(other.best for other in known)) >= LEAST:
        return f"{toll.best} killed, against {max(other.best for other in known)} told"
    return None


def told_tolls(members: Iterable[Member]) -> tuple[ToldToll, ...]:
    """Each independent source's last figure of each kind, in a stable order."""
    last: dict[tuple[str, str], tuple[tuple[object, ...], ToldToll]] = {}
    for place, member in enumerate(members):
        for kind in KINDS if member.event else ():
            assert member.event is not None
            toll = figure(member.event, kind)
            if toll is None:
                continue
            family = source_of(member)
            told = ToldToll(kind=kind, toll=toll, family=family, article_id=member.article_id)
            age = (appeared(member), place)
            if (kind, family) not in last or last[kind, family][0] <= age:
                last[kind, family] = (age, told)
    return tuple(told for _, told in (last[key] for key in sorted(last, key=lambda k: (KINDS.index(k[0]), k[1]))))


def merged_toll(kind: str, told: Sequence[ToldToll], members: Sequence[Member]) -> Toll | None:
    """The story's range: lowest and highest that any source stands by, and the figure to name first.

    Named first is the newest figure among updates, else the highest; a claim only where there is no other.
    """
    by_id = {member.article_id: member for member in members}
    figures = [(entry.toll, by_id[entry.article_id]) for entry in told if entry.kind == kind]
    if not figures:
        return None
    neutral = [pair for pair in figures if pair[1].event is None or not is_claim(pair[0], pair[1].event)]
    best = _named_first(neutral or figures)
    low = min(toll.low for toll, _ in figures)
    high = max(toll.high for toll, _ in figures)
    return Toll(best=best.best, low=min(low, best.best), high=max(high, best.best), owner=best.owner)


def _named_first(figures: Sequence[tuple[Toll, Member]]) -> Toll:
    updates = [pair for pair in figures if pair[1].event is not None and pair[1].event.update]
    if updates:
        return max(updates, key=lambda pair: (appeared(pair[1]), pair[0].best, pair[1].article_id))[0]
    return max(figures, key=lambda pair: (pair[0].best, pair[1].article_id))[0]
