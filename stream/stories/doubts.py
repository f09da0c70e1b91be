"""What forbids to be sure that an account is of an incident it may be of. Pure.

A false merge silences a second attack, which is the worst error; so whatever speaks for a second event
stands above all points: the account then opens a story of its own, marked as possibly the same.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from marsad.codes import Initiator
from marsad.reading import Event
from marsad.story import Incident, Member
from stream.stories.kinds import confused, families_fit, specific
from stream.stories.points import ACTOR, Agreement, Point
from stream.stories.tolls import CLOSE, LEAST, agreement, contradicts, shared_toll
from stream.stories.when import When, apart_by_publication, appeared, gap, published_when
from stream.stories.where import Nearness, compare_towns

_TELLING: Final = 3
_TELLING_IN_DIVISION: Final = 5
_TELLING_ANYWHERE: Final = 10
"""The least toll that singles out one event in its town, its division, its country."""
_SIGNS: Final = frozenset({Agreement.ACTOR, Agreement.TOLL, Agreement.TITLE})
_MANY_SIGNS: Final = 2
"""Of accounts of one country, day and type with so many signs in common, 9 in 10 are of one event; with one, 6."""


class Proof(NamedTuple):
    """What says that it is this event and no other."""

    toll: bool
    passages: bool
    most_of_text: bool

    def __bool__(self) -> bool:
        return self.toll or self.passages


class Compared(NamedTuple):
    """An account beside an incident: what they are, and on what they agree."""

    member: Member
    event: Event
    incident: Incident
    others: Sequence[Member]
    days: tuple[When, When]
    agreed: frozenset[Agreement]
    """On what the two agree by enough to count."""

    @property
    def proof(self) -> Proof:
        """What singles the event out."""
        agreed = self.agreed
        best = shared_toll(self.event, self.incident.tolls)
        return Proof(
            toll=best is not None and best >= self.telling,
            passages=bool(agreed & {Agreement.PASSAGES, Agreement.RETOLD, Agreement.MOST_OF_TEXT}),
            most_of_text=bool(agreed & {Agreement.RETOLD, Agreement.MOST_OF_TEXT}),
        )

    @property
    def firm(self) -> bool:
        """Whether more than place, day and kind agree: what tells one of a town's events from another."""
        return bool(self.proof) or bool(self.agreed & {Agreement.TOLL, Agreement.TITLE})

    @property
    def telling(self) -> float:
        """The least toll that singles out one event in the place that the two have in common."""
        if Agreement.TOWN in self.agreed:
            return _TELLING
        if compare_towns(self.event, self.incident) is Nearness.DIFFERENT_NAME:
            return float("inf")
        return _TELLING_IN_DIVISION if _one_division(self) else _TELLING_ANYWHERE


def agreements(lines: Sequence[Point]) -> frozenset[Agreement]:
    """What the lines of the table agree on."""
    return frozenset(line.about for line in lines if line.points >= ACTOR)


def doubts(compared: Compared) -> Iterator[str]:
    """Everything that speaks for another event in the same place, and the lack of what speaks for this one."""
    event, incident, proof = compared.event, compared.incident, compared.proof
    if event.novelty and not any(other.event is not None and other.event.novelty for other in compared.others):
        yield "said to be another event"
    yield from _other_day(compared, proof)
    yield from _other_kind(compared, proof)
    toll = contradicts(event, incident.tolls)
    if toll is not None:
        yield toll
    if event.claimed_by and incident.claimed_by and event.claimed_by != incident.claimed_by:
        yield f"claimed by {event.claimed_by}, not {incident.claimed_by}"
    if incident.retracted and not event.retracts and _after_retraction(compared.member, compared.others):
        yield "the earlier report was withdrawn before this one came"
    if not _identified(compared, proof):
        yield "neither town nor toll in common"


def _other_day(compared: Compared, proof: Proof) -> Iterator[str]:
    """A told day that differs by one is often misread, but may be the next day's attack.

    Papers repeat the background of one attack in the report of the next, so that passages do not outweigh
    a told day: most of the text, or a toll, must be the same.
    """
    event, days = compared.event, compared.days
    if proof.most_of_text or (event.update and not _fewer(compared)) or _same_count(compared) or _next_day(compared):
        return
    told = days[0].told and days[1].told
    if gap(*days) and (told or not proof.passages):
        yield "told of another day"
    if apart_by_publication(*days) and not proof:
        yield "published on another day, and neither tells the day"


def _same_count(compared: Compared) -> bool:
    """Whether the toll says that it is one event, also where the told days differ.

    Another day has another toll, so it must be the very number; and a story of some days holds many
    figures, of which one is met by chance unless the day is near, too.
    """
    best = shared_toll(compared.event, compared.incident.tolls, exact=bool(gap(*compared.days)))
    near = gap(*compared.days) <= 1 or gap(published_when([compared.member]), published_when(compared.others)) == 0
    return near and best is not None and best >= compared.telling


def _next_day(compared: Compared) -> bool:
    """Whether a day's difference is in the telling: where place or toll, type and title are the same, it is."""
    agreed = compared.agreed
    where = agreed & {Agreement.TOWN, Agreement.TOLL}
    alike = bool(where) and {Agreement.TYPE, Agreement.TITLE} <= agreed
    return gap(*compared.days) == 1 and (alike or _risen(compared))


def _risen(compared: Compared) -> bool:
    """Whether it counts a few more dead, in the papers of the same days: around midnight one day is told as two."""
    toll, known = compared.event.killed, compared.incident.killed
    if toll is None or known is None or not _TELLING <= known.best <= toll.best:
        return False
    distance = agreement(compared.event, compared.incident.tolls, "killed")
    near = gap(published_when([compared.member]), published_when(compared.others)) == 0
    return near and distance is not None and distance < CLOSE


def _fewer(compared: Compared) -> bool:
    """Whether new facts give fewer dead than were told, on another day: tolls rise."""
    toll, known = compared.event.killed, [one.toll for one in compared.incident.tolls if one.kind == "killed"]
    if toll is None or not known or not gap(*compared.days):
        return False
    return toll.high < min(one.low for one in known)


def _other_kind(compared: Compared, proof: Proof) -> Iterator[str]:
    event, incident = compared.event, compared.incident
    if not families_fit(event.family, event.sub_type, incident.family, incident.sub_type) and not proof:
        yield f"another kind of event ({event.family} against {incident.family})"
    elif event.family is not incident.family and agreement(event, incident.tolls, "killed") and not compared.firm:
        yield f"told as another kind of event ({event.family} against {incident.family}), with another toll"
    both = specific(event.sub_type) and specific(incident.sub_type) and event.sub_type is not incident.sub_type
    if both and not (confused(event.sub_type, incident.sub_type) and compared.firm):
        yield f"another type ({event.sub_type} against {incident.sub_type})"
    if {event.initiator, incident.initiator} == {Initiator.STATE, Initiator.NON_STATE}:
        yield f"begun by {event.initiator} actors, not {incident.initiator}"


def _after_retraction(member: Member, others: Sequence[Member]) -> bool:
    retractions = [appeared(other) for other in others if other.event is not None and other.event.retracts]
    return bool(retractions) and appeared(member) > min(retractions)


def _identified(compared: Compared, proof: Proof) -> bool:
    """Whether anything singles one event out among those of the day.

    A country at war has several air strikes a day: day, kind and country alone identify nothing. A town
    does, a telling toll or shared passages do, a division together with a close toll or titles alike, and so
    do the type and two of group, toll and title together, a toll in a title alike, and a toll that is told to rise.
    """
    agreed = compared.agreed
    if proof or agreed & {Agreement.TOWN, Agreement.RISE} or _same_in_all_else(compared):
        return True
    if compare_towns(compared.event, compared.incident) is Nearness.DIFFERENT_NAME:
        return False
    return _one_division(compared) and compared.firm


def _same_in_all_else(compared: Compared) -> bool:
    agreed = compared.agreed
    if gap(*compared.days):
        return False
    if Agreement.TYPE in agreed and len(agreed & _SIGNS) >= _MANY_SIGNS:
        return True
    best = shared_toll(compared.event, compared.incident.tolls, exact=True)
    return Agreement.TITLE in agreed and best is not None and best >= LEAST


def _one_division(compared: Compared) -> bool:
    return compared.event.admin1 is not None and compared.event.admin1 == compared.incident.admin1
