"""The open stories in memory, with the indexes that find a new article's candidates.

Two indexes: near-duplicates by the bands of their sketches, incidents by country, day, family and
division. Each key holds a handful of stories, so a look-up does not grow with the open stories.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from marsad.story import Member, Story
from stream.reading.sketch import bands
from stream.stories.cells import Cell, incident_cells, member_cells
from stream.stories.postings import Postings

IDLE: Final = timedelta(days=10)
"""An incident without a new reading for this long is over."""
IDLE_PLAIN: Final = timedelta(days=3)
"""News without an event is repeated within days, and there is far more of it."""
_HOUR: Final = 3600
_MOST_ANYWHERE: Final = 300
"""More incidents of one kind in a week and a country than any war has had in the news."""


class OpenStory:
    """A story with its members' current contributions, and where the indexes hold it."""

    __slots__ = ("_ordered", "cells", "due", "members", "story")

    def __init__(self) -> None:
        self.story: Story | None = None
        self.members: dict[str, Member] = {}
        self.cells: tuple[Cell, ...] = ()
        self.due: int | None = None
        self._ordered: tuple[Member, ...] | None = None

    def take(self, member: Member) -> Member | None:
        """Put a member in place of its former contribution, which is returned."""
        former = self.members.get(member.article_id)
        self.members[member.article_id] = member
        self._ordered = None
        return former

    def tell(self, story: Story) -> None:
        """Put the story's new version."""
        self.story = story
        self._ordered = None

    def ordered(self) -> tuple[Member, ...]:
        """The members in the order in which they joined."""
        if self._ordered is None:
            joined = self.story.members if self.story else ()
            self._ordered = tuple(self.members[article] for article in joined if article in self.members)
        return self._ordered


class Shelf:
    """Open stories by id, by article, by text and by event. Changed by the fold's ``apply`` alone."""

    def __init__(self) -> None:
        self._open: dict[str, OpenStory] = {}
        self._of_article: dict[str, str] = {}
        self._by_text: Postings[tuple[int, bytes]] = Postings()
        self._by_event: Postings[Cell] = Postings()
        self._by_due: dict[int, set[str]] = {}

    def get(self, story_id: str) -> OpenStory | None:
        """The open story of that id."""
        return self._open.get(story_id)

    def story_of(self, article_id: str) -> str | None:
        """The open story that an article is in."""
        return self._of_article.get(article_id)

    def put_member(self, story_id: str, member: Member) -> None:
        """Take an article's contribution, in place of its former one."""
        held = self._open.setdefault(story_id, OpenStory())
        former = held.take(member)
        self._of_article[member.article_id] = story_id
        if former is not None and former.sketch != member.sketch:
            self._by_text.discard(_bands([former]), story_id)
            self._by_text.add(_bands(held.members.values()), story_id)
        elif former is None:
            self._by_text.add(_bands([member]), story_id)
        if former is not None and held.story is not None:
            # An edit may move the days of publication without a new version of its story.
            self._refile(held, held.story)

    def put_story(self, story: Story) -> None:
        """Take a story's new version; one that is closed or merged away leaves memory."""
        if not story.open or story.alias_of is not None:
            self._drop(story.id)
            return
        held = self._open.setdefault(story.id, OpenStory())
        held.tell(story)
        self._refile(held, story)
        self._fall_due(held, story.id, _hour(due_at(story)))

    def texts_like(self, sketch: bytes) -> list[str]:
        """Ids of the stories with a member whose sketch shares a band, sorted."""
        return sorted(self._by_text.find(enumerate(bands(sketch)))) if sketch else []

    def events_like(self, member: Member) -> list[str]:
        """Ids of the incidents in the cells where the member's event may have been told, sorted.

        Those of the whole country are looked through for a misread place, unless they are too many for that.
        """
        anywhere = self._by_event.find(member_cells(member, anywhere=True))
        if len(anywhere) <= _MOST_ANYWHERE:
            return sorted(anywhere)
        return sorted(self._by_event.find(member_cells(member, anywhere=False)))

    def idle(self, now: datetime) -> list[Story]:
        """The open stories that nothing came to for too long, by id. Looks only at those of the hours that are over."""
        passed = [of_hour for hour, of_hour in self._by_due.items() if hour <= _hour(now)]
        stories = (self._open[story_id].story for story_id in sorted(set().union(*passed)))
        return [story for story in stories if story is not None and due_at(story) <= now]

    def _refile(self, held: OpenStory, story: Story) -> None:
        cells = incident_cells(story, held.ordered())
        if cells != held.cells:
            self._by_event.discard(held.cells, story.id)
            self._by_event.add(cells, story.id)
        held.cells = cells

    def _drop(self, story_id: str) -> None:
        held = self._open.pop(story_id, None)
        if held is None:
            return
        for article in held.members:
            self._of_article.pop(article, None)
        self._by_text.discard(_bands(held.members.values()), story_id)
        self._by_event.discard(held.cells, story_id)
        self._fall_due(held, story_id, None)

    def _fall_due(self, held: OpenStory, story_id: str, hour: int | None) -> None:
        """File the story under the hour in which it closes, and under no other."""
        if hour == held.due:
            return
        if held.due is not None:
            of_hour = self._by_due[held.due]
            of_hour.discard(story_id)
            if not of_hour:
                del self._by_due[held.due]
        if hour is not None:
            self._by_due.setdefault(hour, set()).add(story_id)
        held.due = hour


def due_at(story: Story) -> datetime:
    """When the story closes if nothing more comes to it."""
    return story.updated_at + (IDLE_PLAIN if story.incident is None else IDLE)


def _bands(members: Iterable[Member]) -> Iterator[tuple[int, bytes]]:
    for member in members:
        if member.sketch:
            yield from enumerate(bands(member.sketch))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // _HOUR
