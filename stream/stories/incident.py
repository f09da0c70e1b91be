"""The event of a story, merged from its members' current accounts. Pure."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from marsad.codes import TYPE_OF, DatePrecision, PlaceKind, Status
from marsad.reading import Event, Scores
from marsad.story import Incident, Member
from stream.stories.evidence import DIGITS, probability, sources
from stream.stories.hard_rules import WINDOW, tells
from stream.stories.kinds import comparable, gravity, specific
from stream.stories.names import skeleton, spelled
from stream.stories.tolls import merged_toll, told_tolls
from stream.stories.vote import most_told
from stream.stories.when import gap, member_when
from stream.stories.where import Nearness, compare_towns

_ANCHORS: Final = 5
"""So many first accounts are tried as the one that the others must agree with."""
_REFUTED_BY: Final = 2
"""Independent reports of the event against which a mere denial by a party does not stand."""
_EXACTNESS: Final = {
    DatePrecision.DAY: 4,
    DatePrecision.WEEK: 3,
    DatePrecision.MONTH: 2,
    DatePrecision.YEAR: 1,
    DatePrecision.UNKNOWN: 0,
}
_EXACT_PLACE: Final = {PlaceKind.TOWN: 3, PlaceKind.ADMIN1: 2, PlaceKind.REGION: 1, PlaceKind.COUNTRY: 0, None: -1}


class Account(NamedTuple):
    """A member that tells an event, with the event."""

    member: Member
    event: Event


def merge_incident(members: Sequence[Member]) -> Incident | None:
    """One incident from the members, in the order in which they joined; None where none tells an event."""
    told = [Account(member, member.event) for member in members if member.event is not None]
    if not told:
        return None
    status, retracted = _status(told)
    accounts = _agreeing([account for account in told if not account.event.retracts] or told)
    events = [account.event for account in accounts]
    chosen = _kind(events)
    voters = [account.member for account in accounts]
    tolls = told_tolls(voters)
    placed = _placed(events)
    dated = _dated(events)
    return Incident(
        type=TYPE_OF[chosen.sub_type] if chosen.sub_type else chosen.type,
        sub_type=chosen.sub_type,
        family=chosen.family,
        status=status,
        initiator=most_told(event.initiator for event in events if event.initiator != "unknown") or chosen.initiator,
        fresh=any(event.fresh for event in events),
        probability=probability(voters),
        scores=_scores(voters),
        date=dated.date,
        date_precision=dated.date_precision,
        country=placed.country,
        admin1=placed.admin1,
        region=placed.region,
        place=placed.place,
        place_kind=placed.place_kind,
        lat=None if placed.lat is None else round(placed.lat, DIGITS),
        lon=None if placed.lon is None else round(placed.lon, DIGITS),
        killed=merged_toll("killed", tolls, voters),
        injured=merged_toll("injured", tolls, voters),
        abducted=merged_toll("abducted", tolls, voters),
        tolls=tolls,
        actors=tuple(sorted({actor for voter in voters for actor in voter.actors})),
        perpetrators=tuple(sorted({actor for voter in voters for actor in voter.perpetrators})),
        claimed_by=most_told(event.claimed_by for event in events),
        retracted=retracted,
    )


def _agreeing(accounts: Sequence[Account]) -> Sequence[Account]:
    """The accounts that are of one event; news counts before commentary.

    An edited article stays in its story also when it now tells another event, but must not move the incident.
    """
    news = [account for account in accounts if tells(account.event)] or accounts
    best: Sequence[Account] = ()
    for anchor in news[:_ANCHORS]:
        with_it = [account for account in news if _one_event(anchor, account)]
        if len(with_it) > len(best):
            best = with_it
        if len(best) == len(news):
            break
    return best


def _one_event(one: Account, other: Account) -> bool:
    if one is other:
        return True
    if one.event.country and other.event.country and one.event.country != other.event.country:
        return False
    if not comparable(one.event.family, other.event.family):
        return False
    if compare_towns(one.event, other.event) is Nearness.APART:
        return False
    return one.event.update or other.event.update or gap(member_when(one.member), member_when(other.member)) <= WINDOW


def _status(told: Sequence[Account]) -> tuple[Status, bool]:
    """The status that the evidence supports, and whether the report was withdrawn.

    A withdrawal stands above everything. A denial alone yields to two independent reports.
    """
    if any(account.event.retracts for account in told):
        return Status.DENIED, True
    support = {status: sources(a.member for a in told if a.event.status is status) for status in Status}
    if support[Status.DENIED] and len(support[Status.ACTUAL]) < _REFUTED_BY:
        return Status.DENIED, False
    if any(tells(account.event) for account in told):
        return Status.ACTUAL, False
    return max(support, key=lambda status: (len(support[status]), -list(Status).index(status))), False


def _kind(events: Sequence[Event]) -> Event:
    """Of the gravest accounts the one with the most specific type; among several, with the one told most.

    A raid that one paper tells by its dead and another by its burnt houses is an attack, however exactly it was looted.
    """
    grave = _most(events, gravity)
    narrow = [event for event in grave if specific(event.sub_type)]
    wanted = most_told(event.sub_type for event in narrow or grave)
    return next(event for event in narrow or grave if wanted is None or event.sub_type is wanted)


def _placed(events: Sequence[Event]) -> Event:
    """The most exact account of the place; of several towns the one named most, with a point if any has."""
    country = most_told(event.country for event in events)
    within = [event for event in events if event.country == country]
    exact = _most(within, lambda event: _EXACT_PLACE[event.place_kind])
    name = most_told(_place_key(event) for event in exact)
    named = [event for event in exact if _place_key(event) == name]
    return next((event for event in named if event.lat is not None and event.admin1 is not None), named[0])


def _place_key(event: Event) -> str:
    return (skeleton(event.place) or spelled(event.place)) if event.place else event.admin1 or event.region or ""


def _dated(events: Sequence[Event]) -> Event:
    """The most exact account of the date; of several, the day told most."""
    dated = [event for event in events if event.date is not None] or events
    exact = _most(dated, lambda event: _EXACTNESS[event.date_precision])
    day = most_told(event.date for event in exact)
    return next(event for event in exact if event.date == day)


def _most(events: Sequence[Event], rank: Callable[[Event], int]) -> Sequence[Event]:
    highest = max(map(rank, events))
    return [event for event in events if rank(event) == highest]


def _scores(voters: Sequence[Member]) -> Scores:
    """Each head's highest score; ``fresh_event`` combined over sources."""
    return Scores(
        violence=round(max(voter.scores.violence for voter in voters), DIGITS),
        fresh=round(max(voter.scores.fresh for voter in voters), DIGITS),
        actual=round(max(voter.scores.actual for voter in voters), DIGITS),
        fresh_event=probability(voters),
    )
