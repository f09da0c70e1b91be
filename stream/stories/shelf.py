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


class OpenStory:
    """A story with its members' current contributions, and where the indexes hold it."""

    __slots__ = ("cells", "due", "members", "story")

    def __init__(self) -> None:
        self.story: Story | None = None
        self.members: dict[str, Member] = {}
        self.cells: tuple[Cell, ...] = ()
        self.due: tuple[int, ...] = ()

    def ordered(self) -> tuple[Member, ...]:
        """The members in the order in which they joined."""
        joined = self.story.members if self.story else ()
        return tuple(self.members[article] for article in joined if article in self.members)


class Shelf:
    """Open stories by id, by article, by text and by event. Changed by the fold's ``apply`` alone."""

    def __init__(self) -> None:
        self._open: dict[str, OpenStory] = {}
        self._of_article: dict[str, str] = {}
        self._by_text: Postings[tuple[int, bytes]] = Postings()
        self._by_event: Postings[Cell] = Postings()
        self._by_due: Postings[int] = Postings()

    def get(self, story_id: str) -> OpenStory | None:
        """The open story of that id."""
        return self._open.get(story_id)

    def story_of(self, article_id: str) -> str | None:
        """The open story that an article is in."""
        return self._of_article.get(article_id)

    def put_member(self, story_id: str, member: Member) -> None:
        """Take an article's contribution, in place of its former one."""
        held = self._open.setdefault(story_id, OpenStory())
        former = held.members.get(member.article_id)
        held.members[member.article_id] = member
        self._of_article[member.article_id] = story_id
        if former is not None and former.sketch != member.sketch:
            self._by_text.discard(_bands([former]), story_id)
            self._by_text.add(_bands(held.members.values()), story_id)
        elif former is None:
            self._by_text.add(_bands([member]), story_id)

    def put_story(self, story: Story) -> None:
        """Take a story's new version; one that is closed or merged away leaves memory."""
        if not story.open or story.alias_of is not None:
            self._drop(story.id)
            return
        held = self._open.setdefault(story.id, OpenStory())
        held.story = story
        cells, due = incident_cells(story, held.ordered()), (_hour(due_at(story)),)
        if cells != held.cells:
            self._by_event.discard(held.cells, story.id)
            self._by_event.add(cells, story.id)
        if due != held.due:
            self._by_due.discard(held.due, story.id)
            self._by_due.add(due, story.id)
        held.cells, held.due = cells, due

    def texts_like(self, sketch: bytes) -> list[str]:
        """Ids of the stories with a member whose sketch shares a band, sorted."""
        return sorted(self._by_text.find(enumerate(bands(sketch)))) if sketch else []

    def events_like(self, member: Member) -> list[str]:
        """Ids of the incidents in the cells where the member's event may have been told, sorted."""
        return sorted(self._by_event.find(member_cells(member)))

    def idle(self, now: datetime) -> list[Story]:
        """The open stories that nothing came to for too long, by id."""
        passed = [hour for hour in self._by_due.used() if hour <= _hour(now)]
        stories = (self._open[story_id].story for story_id in sorted(self._by_due.find(passed)))
        return [story for story in stories if story is not None and due_at(story) <= now]

    def _drop(self, story_id: str) -> None:
        held = self._open.pop(story_id, None)
        if held is None:
            return
        for article in held.members:
            self._of_article.pop(article, None)
        self._by_text.discard(_bands(held.members.values()), story_id)
        self._by_event.discard(held.cells, story_id)
        self._by_due.discard(held.due, story_id)


def due_at(story: Story) -> datetime:
    """When the story closes if nothing more comes to it."""
    return story.updated_at + (IDLE_PLAIN if story.incident is None else IDLE)


def _bands(members: Iterable[Member]) -> Iterator[tuple[int, bytes]]:
    for member in members:
        if member.sketch:
            yield from enumerate(bands(member.sketch))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // _HOUR
