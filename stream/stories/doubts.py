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
from stream.stories.tolls import CLOSE, agreement, contradicts, shared_toll
from stream.stories.when import When, apart_by_publication, appeared, gap, published_when
from stream.stories.where import Nearness, compare_towns

_TELLING: Final = 3
_TELLING_IN_DIVISION: Final = 5
_TELLING_ANYWHERE: Final = 10
"""The least toll that singles out one event in its town, its division, its country."""


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
    lines: Sequence[Point]

    @property
    def agreed(self) -> frozenset[Agreement]:
        """On what the two agree by enough to count."""
        return frozenset(line.about for line in self.lines if line.points >= ACTOR)

    @property
    def proof(self) -> Proof:
        """What singles the event out."""
        agreed = self.agreed
        best = shared_toll(self.event, self.incident.tolls)
        return Proof(
            toll=best is not None and best >= self._telling(agreed),
            passages=Agreement.PASSAGES in agreed or Agreement.MOST_OF_TEXT in agreed,
            most_of_text=Agreement.MOST_OF_TEXT in agreed,
        )

    @property
    def firm(self) -> bool:
        """Whether more than place, day and kind agree: what tells one of a town's events from another."""
        return bool(self.proof) or bool(self.agreed & {Agreement.TOLL, Agreement.TITLE})

    def _telling(self, agreed: frozenset[Agreement]) -> float:
        if Agreement.TOWN in agreed:
            return _TELLING
        if compare_towns(self.event, self.incident) is Nearness.DIFFERENT_NAME:
            return float("inf")
        return _TELLING_IN_DIVISION if _one_division(self) else _TELLING_ANYWHERE


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
    if event.update or proof.most_of_text or (proof.toll and _near_in_time(compared)):
        return
    told = days[0].told and days[1].told
    if gap(*days) and (told or not proof) and not (gap(*days) == 1 and _close_toll(event, compared.incident)):
        yield "told of another day"
    if apart_by_publication(*days) and not proof:
        yield "published on another day, and neither tells the day"


def _near_in_time(compared: Compared) -> bool:
    """A story of some days holds many figures: one of them is met by chance unless the day is near, too."""
    if gap(*compared.days) <= 1:
        return True
    return gap(published_when([compared.member]), published_when(compared.others)) == 0


def _close_toll(event: Event, incident: Incident) -> bool:
    distance = agreement(event, incident.tolls, "killed")
    return distance is not None and distance < CLOSE and event.killed is not None and event.killed.best >= _TELLING


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
    does, a telling toll or shared passages do, and a division together with a close toll or titles alike.
    """
    agreed = compared.agreed
    if proof or Agreement.TOWN in agreed:
        return True
    if compare_towns(compared.event, compared.incident) is Nearness.DIFFERENT_NAME:
        return False
    return _one_division(compared) and compared.firm


def _one_division(compared: Compared) -> bool:
    return compared.event.admin1 is not None and compared.event.admin1 == compared.incident.admin1
