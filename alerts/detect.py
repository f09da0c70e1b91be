"""Does a rule hold for a story? Pure: the answer comes with its reason, also when it is no."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from alerts.rules import Conditions, LeastToll, Rule
from marsad.codes import Status
from marsad.reading import Toll
from marsad.regions import SALIENT
from marsad.story import Incident, Member, Story

CERTAIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """The rule holds: with which probability, by how many independent sources."""

    confidence: float
    sources: int
    sure_by_one: bool
    """One source alone tells it as fresh: without one, agreement of two is asked for."""
    backlog: bool
    """Only articles of a feed's first poll tell it."""


@dataclass(frozen=True, slots=True)
class Miss:
    """The rule does not hold, and why."""

    reason: str


def holds(rule: Rule, story: Story, members: Sequence[Member]) -> Match | Miss:
    """Test the conditions, the cheap ones first; the first that fails is the reason."""
    when = rule.when
    reason = next(_failures(when, story, members), "")
    if reason:
        return Miss(reason)
    telling = telling_members(rule, members)
    if when.of_article and not telling:
        return Miss("no single article meets its conditions on text, topics, language or feed")
    if story.incident is None or not when.of_event:
        confidence, sure = CERTAIN, True
    else:
        confidence, sure = _confidence(when, story.incident)
    backlog = all(member.backlog for member in telling) if telling else False
    return Match(confidence, independent(telling), sure, backlog)


def telling_members(rule: Rule, members: Sequence[Member]) -> tuple[Member, ...]:
    """The members on which the match rests: they tell the event, or meet the rule's article conditions."""
    when = rule.when
    if when.of_article:
        members = [member for member in members if rule.name in member.rules]
    if not when.of_event:
        return tuple(members)
    least = rule.likely if rule.likely is not None else rule.sure
    return tuple(member for member in members if _tells(member, when, least))


def independent(members: Sequence[Member]) -> int:
    """How many independent sources: agencies where credited, else publisher families."""
    return len({member.origin or member.source.family or member.source.feed for member in members})


def confirming(story: Story, members: Sequence[Member]) -> int:
    """Independent sources that report the event itself; of a story without one, all of its sources."""
    if story.incident is None:
        return story.sources
    return independent([m for m in members if m.event and m.event.status is Status.ACTUAL and not m.event.retracts])


def _tells(member: Member, when: Conditions, least: float) -> bool:
    event = member.event
    if event is None or event.retracts:
        return False
    return not when.fresh or (event.status is Status.ACTUAL and (event.fresh or event.score >= least))


def _confidence(when: Conditions, incident: Incident) -> tuple[float, bool]:
    if when.fresh:
        return incident.probability, incident.fresh
    return max(incident.scores.violence, incident.probability), True


def _failures(when: Conditions, story: Story, members: Sequence[Member]) -> Iterator[str]:
    """What fails, lazily: most stories fail at the first condition."""
    incident = story.incident
    if when.regions and not any(region in story.regions for region in when.regions):
        yield f"not in {_listed(when.regions)}"
    if when.countries and not any(country in _countries(story) for country in when.countries):
        yield f"not in {_listed(when.countries)}"
    if when.of_event or when.admin1:
        if incident is None:
            yield "no event is told"
            return
        yield from _event_failures(when, incident)
    if when.actors and not any(actor in _actors(story, members) for actor in when.actors):
        yield f"without {_listed(when.actors)}"


def _event_failures(when: Conditions, incident: Incident) -> Iterator[str]:
    if when.admin1 and incident.admin1 not in when.admin1:
        yield f"not in {_listed(when.admin1)}"
    if when.types and incident.type not in when.types:
        yield f"type is {incident.type}"
    # A type without its sub-type is less exact than the rule, not outside it.
    if when.sub_types and incident.sub_type not in when.sub_types and not _may_be(when, incident):
        yield f"sub-type is {incident.sub_type}"
    if when.families and incident.family not in when.families:
        yield f"family is {incident.family}"
    if when.status and incident.status not in when.status:
        yield f"status is {incident.status}"
    if when.initiators and incident.initiator not in when.initiators:
        yield f"initiator is {incident.initiator}"
    if when.fresh and incident.status is not Status.ACTUAL:
        yield f"not fresh: status is {incident.status}"
    if when.fresh is False and incident.fresh:
        yield "fresh"
    if when.toll and not _reaches(when.toll, incident):
        yield "the toll is not reached"


def _may_be(when: Conditions, incident: Incident) -> bool:
    return incident.sub_type is None and bool(when.types) and incident.type in (when.types or ())


def _reaches(least: LeastToll, incident: Incident) -> bool:
    told: tuple[tuple[int | None, Toll | None], ...] = (
        (least.killed, incident.killed),
        (least.injured, incident.injured),
        (least.abducted, incident.abducted),
    )
    return any(number is not None and toll is not None and toll.best >= number for number, toll in told)


def _countries(story: Story) -> tuple[str, ...]:
    """An event's country alone counts: a story that merely mentions another one must not leak."""
    if story.incident is not None:
        return (story.incident.country,) if story.incident.country else ()
    return tuple(country for country, salience in story.countries.items() if salience >= SALIENT)


def _actors(story: Story, members: Sequence[Member]) -> set[str]:
    if story.incident is not None:
        claimed = story.incident.claimed_by
        return {*story.incident.actors, *([claimed] if claimed else [])}
    return {actor for member in members for actor in member.actors}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + ("…" if len(names) > 4 else "")
