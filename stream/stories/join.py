"""Is an article's account of the same story? Three answers, each with its reasons. Pure."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from marsad.reading import Event
from marsad.story import Incident, Member, Story
from stream.stories.copies import Copy, find_copy, retold
from stream.stories.doubts import Compared, agreements, doubts
from stream.stories.hard_rules import elsewhere, may_be_misread, ruled_out, tells
from stream.stories.kinds import statuses_fit
from stream.stories.points import Agreement, table
from stream.stories.when import When, gap, incident_when, member_when, published_when

SURE: Final = 6.0
POSSIBLE: Final = 4.5
COMMENTARY: Final = 7.5
"""Commentary joins only where everything fits: it adds nothing, and must not blur the incident."""
_COPY_POINTS: Final = 10.0


class Outcome(StrEnum):
    """What an account is to a story. POSSIBLY opens a new story that is marked so."""

    SAME = "same"
    POSSIBLY = "possibly"
    NEW = "new"


class Verdict(Struct, frozen=True, kw_only=True):
    """The answer, how sure it is, and why. ``copy_of`` is the article whose text is repeated."""

    outcome: Outcome
    points: float
    reasons: tuple[str, ...]
    copy_of: Member | None = None
    town: bool = False
    """The two accounts name one town."""
    firm: bool = False
    """More than place, day and kind agrees."""


def judge(member: Member, story: Story, story_members: Sequence[Member]) -> Verdict:
    """Whether the member's account belongs to the story. ``story_members`` in the order they joined."""
    verdict = judge_text(member, story, story_members)
    return verdict if verdict.outcome is not Outcome.NEW else judge_event(member, story, story_members)


def judge_text(member: Member, story: Story, story_members: Sequence[Member]) -> Verdict:
    """By the text alone: a near-duplicate belongs with its original, unless it tells another event."""
    copied = find_copy(member, story_members)
    if copied is None:
        return Verdict(outcome=Outcome.NEW, points=0.0, reasons=("no text in common",))
    found = f"same text as {copied.of.article_id} ({copied.similarity:.2f})"
    against = _other_event(member, story, story_members, copied)
    if against:
        return Verdict(outcome=Outcome.NEW, points=0.0, reasons=(found, *against))
    points = round(_COPY_POINTS * copied.similarity, 6)
    return Verdict(outcome=Outcome.SAME, points=points, reasons=(found,), copy_of=copied.of)


def _other_event(member: Member, story: Story, members: Sequence[Member], copied: Copy) -> tuple[str, ...]:
    """Papers write of one attack as they wrote of the last: the text repeats, the facts do not.

    One text has one date, so where two were read in it, one is misread, or counts from another day's print.
    """
    event, incident = member.event, story.incident
    if event is None or incident is None or copied.of.event is None:
        return ()
    days = (published_when([member]), published_when(members))
    out = _ruled_out(member, story, days, gap(*days), lambda: True)
    if out:
        return (out,)
    lines = table(member, event, incident, members, days)
    return tuple(doubts(Compared(member, event, incident, members, days, agreements(lines))))


def judge_event(member: Member, story: Story, story_members: Sequence[Member]) -> Verdict:
    """By the event told: an incident's first report, follow-ups, and commentary that is clearly on it."""
    event, incident = member.event, story.incident
    if event is None or incident is None:
        return Verdict(outcome=Outcome.NEW, points=0.0, reasons=("no event to compare",))
    days = (member_when(member), incident_when(incident, story_members))
    published = gap(published_when([member]), published_when(story_members))
    out = _ruled_out(member, story, days, published, lambda: retold(member, story_members) is not None)
    if out:
        return Verdict(outcome=Outcome.NEW, points=0.0, reasons=(out,))
    lines = table(member, event, incident, story_members, days)
    points = round(sum(line.points for line in lines), 6)
    reasons = tuple(line.reason for line in lines)
    if points < POSSIBLE:
        return Verdict(outcome=Outcome.NEW, points=points, reasons=(*reasons, "too little in common"))
    compared = Compared(member, event, incident, story_members, days, agreements(lines))
    against = tuple(doubts(compared))
    return Verdict(
        outcome=_outcome(event, incident, points, against, days),
        points=points,
        reasons=(*reasons, *against),
        town=Agreement.TOWN in compared.agreed,
        firm=compared.firm,
    )


def _ruled_out(
    member: Member, story: Story, days: tuple[When, When], published: int, told_again: Callable[[], bool]
) -> str:
    event, incident = member.event, story.incident
    assert event is not None
    assert incident is not None
    out = ruled_out(event, incident, days, published)
    if out:
        return out
    place = elsewhere(member, story, incident)
    return "" if place and may_be_misread(event, incident) and told_again() else place


def _outcome(
    event: Event, incident: Incident, points: float, against: Sequence[str], days: tuple[When, When]
) -> Outcome:
    if not tells(event) and not event.retracts and not event.update:
        clear = points >= COMMENTARY and not against and statuses_fit(event.status, incident.status)
        return Outcome.SAME if clear and days[0].told else Outcome.NEW
    if points >= SURE and not against:
        return Outcome.SAME
    return Outcome.POSSIBLY if points >= POSSIBLE else Outcome.NEW
