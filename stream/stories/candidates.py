"""Choosing among the open stories that an article may belong to."""

from collections.abc import Iterator
from heapq import nlargest
from typing import Final, NamedTuple

from msgspec.structs import replace

from marsad.reading import Event
from marsad.story import Incident, Member, Story
from stream.stories.join import Outcome, Verdict, judge_event, judge_text
from stream.stories.points import titles_share
from stream.stories.shelf import OpenStory, Shelf
from stream.stories.titles import SOME
from stream.stories.where import Nearness, compare_towns, surely_apart

_MOST_JUDGED: Final = 100
"""Of more candidates in the same cells, only those that changed last are judged."""


class Found(NamedTuple):
    """The story that fits best, with the verdict on it."""

    story: Story
    verdict: Verdict

    @property
    def joins(self) -> bool:
        """Whether the article belongs to it, rather than possibly being on the same."""
        return self.verdict.outcome is Outcome.SAME


def choose(member: Member, shelf: Shelf, *, apart_from: str | None = None) -> Found | None:
    """The best story by text; else the best by event that is the same; else the best that possibly is.

    Equal verdicts go to the story that was opened first.
    """
    by_text = [found for found in _judged_text(member, shelf) if found.story.id != apart_from]
    if by_text:
        return _best(by_text)
    by_event = [found for found in _judged_event(member, shelf) if found.story.id != apart_from]
    if any(map(_by_town_alone, by_event)) and _busy(member, shelf):
        by_event = [_doubted(found) for found in by_event]
    same = [found for found in by_event if found.joins]
    return _best(_without_doubles(same) or by_event)


def _without_doubles(same: list[Found]) -> list[Found]:
    """Of two stories that are possibly one, what belongs to both goes to the first, so that the other stays small."""
    ids = {found.story.id for found in same}
    return [found for found in same if found.story.possibly_same_as not in ids]


def _busy(member: Member, shelf: Shelf) -> bool:
    """Whether the account's town has several incidents of its days, whether it fits them or not.

    One that is possibly another counts with it.
    """
    event = member.event
    assert event is not None
    of_town = {
        story.possibly_same_as or story.id
        for _, story in _held(shelf, shelf.events_like(member))
        if story.incident is not None and compare_towns(event, story.incident) is Nearness.SAME
    }
    return len(of_town) > 1


def _by_town_alone(found: Found) -> bool:
    return found.joins and found.verdict.town and not found.verdict.firm


def _doubted(found: Found) -> Found:
    """Where a town has many incidents, one more may be a new one: place, day and kind are not enough."""
    if not _by_town_alone(found):
        return found
    verdict = found.verdict
    reasons = (*verdict.reasons, "the town has several incidents")
    return Found(found.story, replace(verdict, outcome=Outcome.POSSIBLY, reasons=reasons))


def _judged_text(member: Member, shelf: Shelf) -> Iterator[Found]:
    for held, story in _held(shelf, shelf.texts_like(member.sketch)):
        verdict = judge_text(member, story, held.ordered())
        if verdict.outcome is not Outcome.NEW:
            yield Found(story, verdict)


def _judged_event(member: Member, shelf: Shelf) -> Iterator[Found]:
    event = member.event
    if event is None:
        return
    near = [
        (held, story)
        for held, story in _held(shelf, shelf.events_like(member))
        if story.incident is not None and _worth_judging(member, event, story.incident, held)
    ]
    for held, story in _changed_last(near):
        verdict = judge_event(member, story, held.ordered())
        if verdict.outcome is not Outcome.NEW:
            yield Found(story, verdict)


def _worth_judging(member: Member, event: Event, incident: Incident, held: OpenStory) -> bool:
    """A cheap look before the long one: in another division only a text told again can be on the same event."""
    if surely_apart(event, incident):
        return False
    if event.admin1 is None or incident.admin1 is None or event.admin1 == incident.admin1:
        return True
    return bool(member.sketch) and titles_share(member, held.members.values(), SOME)


def _held(shelf: Shelf, ids: list[str]) -> Iterator[tuple[OpenStory, Story]]:
    for story_id in ids:
        held = shelf.get(story_id)
        if held is not None and held.story is not None:
            yield held, held.story


def _changed_last(near: list[tuple[OpenStory, Story]]) -> list[tuple[OpenStory, Story]]:
    if len(near) <= _MOST_JUDGED:
        return near
    return nlargest(_MOST_JUDGED, near, key=lambda pair: (pair[1].updated_at, pair[1].id))


def _best(found: list[Found]) -> Found | None:
    return min(found, key=lambda one: (-one.verdict.points, one.story.opened_at, one.story.id), default=None)
