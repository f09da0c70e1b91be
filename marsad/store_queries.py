"""What the watch's tables hold, for the fold's lookups and for people who ask."""

from collections.abc import Sequence
from typing import TypeVar

from marsad.alert import Alert, AlertState, Hold, LedgerEntry, Notification
from marsad.codec import decode
from marsad.sqlite import Database
from marsad.story import Member, Story

Word = TypeVar("Word")


class StoreQueries:
    """Reads only. Raises StoreError where the file cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def story(self, story_id: str) -> Story | None:
        """A story, open or closed."""
        return self._one(Story, "SELECT body FROM story WHERE id = ?", (story_id,))

    def member(self, article_id: str) -> tuple[str, Member] | None:
        """The story that an article is in, and its contribution."""
        rows = self._database.all("SELECT story, body FROM member WHERE article_id = ?", (article_id,))
        return (rows[0][0], decode(Member, rows[0][1])) if rows else None

    def members(self, story_id: str) -> Sequence[Member]:
        """A story's members in the order in which they joined."""
        members = self._many(Member, "SELECT body FROM member WHERE story = ?", (story_id,))
        found = {member.article_id: member for member in members}
        story = self.story(story_id)
        return tuple(found[article] for article in story.members if article in found) if story else ()

    def open_stories(self) -> list[Story]:
        """Every open story, by id."""
        return self._many(Story, "SELECT body FROM story WHERE open = 1 ORDER BY id", ())

    def stories(self, *, limit: int) -> list[Story]:
        """The stories changed last."""
        return self._many(Story, "SELECT body FROM story ORDER BY updated_at DESC, id LIMIT ?", (limit,))

    def alerts(self, *, limit: int, states: Sequence[AlertState] = ()) -> list[Alert]:
        """The alerts changed last."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        sql = f"SELECT body FROM alert {where} ORDER BY updated_at DESC, id LIMIT ?"
        return self._many(Alert, sql, (*states, limit))

    def alert(self, alert_id: str) -> Alert | None:
        """One alert."""
        return self._one(Alert, "SELECT body FROM alert WHERE id = ?", (alert_id,))

    def ledger(self, story_id: str) -> list[LedgerEntry]:
        """Every decision about a story, oldest first."""
        return self._many(LedgerEntry, "SELECT body FROM ledger WHERE story = ? ORDER BY seq", (story_id,))

    def is_quiet(self) -> bool:
        """No story is open and no match is held: as long as nothing comes, time alone changes nothing."""
        return not self.bodies("SELECT 1 FROM story WHERE open = 1 UNION ALL SELECT 1 FROM hold LIMIT 1", ())

    def holds(self) -> list[Hold]:
        """The matches that wait, and the notes of those that were not told."""
        return self._many(Hold, "SELECT body FROM hold ORDER BY rule, story", ())

    def notification(self, notification_id: str) -> Notification | None:
        """One message as it was rendered."""
        return self._one(Notification, "SELECT body FROM notification WHERE id = ?", (notification_id,))

    def bodies(self, sql: str, values: Sequence[object]) -> list[bytes]:
        """The first column of each row."""
        return [row[0] for row in self._database.all(sql, values)]

    def _one(self, kind: type[Word], sql: str, values: Sequence[object]) -> Word | None:
        return next(iter(self._many(kind, sql, values)), None)

    def _many(self, kind: type[Word], sql: str, values: Sequence[object]) -> list[Word]:
        return [decode(kind, body) for body in self.bodies(sql, values)]
