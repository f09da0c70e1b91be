"""The fold of readings into stories. What a reading does is computed first and applied after.

``absorb`` and ``tick`` change nothing; ``apply`` is the only way in which the state changes, for the
effects just computed as for those loaded from disk, so both give the same state.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec.structs import replace

from marsad.log import MemberChanged, StoryChanged
from marsad.reading import Reading
from marsad.regions import Region
from marsad.story import Member, Story
from stream.stories.candidates import Found, choose
from stream.stories.copies import origin_of
from stream.stories.members import to_member
from stream.stories.merge import close_story, found_story, refold_story
from stream.stories.shelf import IDLE, IDLE_PLAIN, Shelf

REOPENABLE: Final = timedelta(days=20)
"""An edit of an older story's article is kept, but wakes nobody."""

Effects = tuple[StoryChanged | MemberChanged, ...]


class Arrival(NamedTuple):
    """What comes with a reading that is not in it."""

    regions: Mapping[str, Region]
    now: datetime


class StoryFold:
    """Open stories live here; the three look-ups reach the members and stories of closed ones."""

    def __init__(
        self,
        member_of: Callable[[str], tuple[str, Member] | None],
        story_of: Callable[[str], Story | None],
        members_of: Callable[[str], Sequence[Member]],
    ) -> None:
        self._member_of = member_of
        self._story_of = story_of
        self._members_of = members_of
        self._shelf = Shelf()

    def apply(self, effect: StoryChanged | MemberChanged) -> None:
        """Take an effect into the state. A member comes before the story version that names it."""
        if isinstance(effect, MemberChanged):
            self._shelf.put_member(effect.story, effect.member)
        else:
            self._shelf.put_story(effect.story)

    def absorb(
        self, reading: Reading, *, rules_met: tuple[str, ...], regions: Mapping[str, Region], now: datetime
    ) -> Effects:
        """What a reading changes: its member, then its story. Empty for one that is known already."""
        arrival = Arrival(regions, now)
        member = to_member(reading, rules_met)
        known = self._known(reading.article_id)
        if known is None:
            return self._admit(member, reading, arrival)
        story_id, former = known
        if reading.revision <= former.revision:
            return ()
        return self._edit(story_id, former, member, arrival)

    def tick(self, now: datetime) -> tuple[StoryChanged, ...]:
        """The stories that are over: nothing came to them for IDLE, or IDLE_PLAIN without an event."""
        return tuple(
            StoryChanged(story=close_story(story, now=now, reason=_over(story))) for story in self._shelf.idle(now)
        )

    def story(self, story_id: str) -> Story | None:
        """An open story."""
        held = self._shelf.get(story_id)
        return held.story if held else None

    def members(self, story_id: str) -> tuple[Member, ...]:
        """An open story's members in the order in which they joined."""
        held = self._shelf.get(story_id)
        return held.ordered() if held else ()

    def _known(self, article_id: str) -> tuple[str, Member] | None:
        story_id = self._shelf.story_of(article_id)
        held = self._shelf.get(story_id) if story_id else None
        if story_id is not None and held is not None:
            return story_id, held.members[article_id]
        return self._member_of(article_id)

    def _admit(self, member: Member, reading: Reading, arrival: Arrival) -> Effects:
        """A new article joins the story it belongs to, or founds one."""
        found = choose(member, self._shelf)
        copied = found.verdict.copy_of if found and found.joins else None
        member = replace(member, origin=origin_of(reading, copied), joined=_joined(found))
        if found and found.joins:
            held = (*self.members(found.story.id), member)
            reason = f"{member.source.feed} joined: {member.joined}"
            return _changed(found.story, held, member, arrival, reason)
        story = found_story(
            member,
            possibly_same_as=found.story.id if found else None,
            regions=arrival.regions,
            now=arrival.now,
            reason=f"first told by {member.source.feed}" + (f"; {member.joined}" if found else ""),
        )
        return MemberChanged(story=story.id, member=member), StoryChanged(story=story)

    def _edit(self, story_id: str, former: Member, member: Member, arrival: Arrival) -> Effects:
        """An edited article stays in its story, whatever it tells now."""
        member = replace(member, origin=member.origin or former.origin, joined=former.joined)
        story = self.story(story_id)
        if story is not None:
            story = _told_elsewhere(story, former, member, self._shelf)
            reason = f"{member.source.feed} edited its article"
            return _changed(story, _with(self.members(story_id), member), member, arrival, reason)
        closed = self._story_of(story_id)
        return _edit_closed(closed, _with(self._members_of(story_id), member), member, arrival) if closed else ()


def _changed(story: Story, held: Sequence[Member], member: Member, arrival: Arrival, reason: str) -> Effects:
    changed = refold_story(story, held, regions=arrival.regions, now=arrival.now, reason=reason)
    effects: Effects = (MemberChanged(story=story.id, member=member),)
    return (*effects, StoryChanged(story=changed)) if changed else effects


def _edit_closed(story: Story, held: Sequence[Member], member: Member, arrival: Arrival) -> Effects:
    """An edit within limits reopens a closed story, with all its members; a later one is only kept.

    The story is told again even where it does not differ, so that its effects alone say whether it is open.
    """
    reopens = story.alias_of is None and arrival.now - story.updated_at <= REOPENABLE
    reason = f"{member.source.feed} edited its article" + (", story reopened" if reopens else "")
    told = replace(story, open=reopens)
    changed = refold_story(told, held, regions=arrival.regions, now=arrival.now, reason=reason)
    again = changed or replace(
        told, version=story.version + 1, updated_at=max(arrival.now, story.updated_at), reason=reason
    )
    kept = held if reopens else (member,)
    return (*(MemberChanged(story=story.id, member=one) for one in kept), StoryChanged(story=again))


def _told_elsewhere(story: Story, former: Member, member: Member, shelf: Shelf) -> Story:
    """An article that tells an event only since its edit may tell that of another open story."""
    if former.event is not None or member.event is None or story.incident or story.possibly_same_as:
        return story
    found = choose(member, shelf, apart_from=story.id)
    return replace(story, possibly_same_as=found.story.id) if found else story


def _with(members: Sequence[Member], edited: Member) -> tuple[Member, ...]:
    return tuple(edited if member.article_id == edited.article_id else member for member in members)


def _joined(found: Found | None) -> str:
    if found is None:
        return ""
    reasons = ", ".join(found.verdict.reasons)
    return reasons if found.joins else f"possibly the same as {found.story.id}: {reasons}"


def _over(story: Story) -> str:
    days = (IDLE_PLAIN if story.incident is None else IDLE).days
    return f"closed: nothing new for {days} days"
