"""The watch's own tables: effects as stored, and the cursor, in one transaction per batch."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from marsad.codec import decode, encode
from marsad.log import (
    AlertChanged,
    Decided,
    Effect,
    HoldEnded,
    HoldSet,
    JudgeAgain,
    LeaseTaken,
    MemberChanged,
    NotificationDue,
    NotificationEnded,
    NotificationStarted,
    Outcome,
    RawEntry,
    RulesInForce,
    StoryChanged,
    Ticked,
    Unfoldable,
    Unjudged,
)
from marsad.outgoing import Outgoing
from marsad.sqlite import Database, moment
from marsad.store_queries import StoreQueries
from marsad.watch import Watch
from stream.parking import Parking

CURSOR: Final = "cursor"
CURSOR_AT: Final = "cursor-at"
RULES: Final = "rules-in-force"
TICKED: Final = "ticked"
LEASE: Final = "lease"


class WatchStore:
    """What the fold remembers across restarts. One writer; readers may read at any time."""

    def __init__(self, database: Database, outgoing: Outgoing | None = None, owner: str = "") -> None:
        """With ``outgoing`` the effects are noted for others, too. ``owner`` is this watch's name in the log."""
        self._database = database
        self._owner = owner
        self._outgoing = outgoing
        self.queries = StoreQueries(database)
        self._parking = Parking(database)

    def load(self, watch: Watch) -> int:
        """Bring an empty watch to the stored state; the offset up to which the log was folded."""
        watch.apply(self._state())
        return self.cursor()

    def cursor(self) -> int:
        """The offset of the last entry that was folded."""
        return max((int(value.decode()) for value in self._values(CURSOR)), default=0)

    def cursor_at(self) -> datetime | None:
        """The log's time at the cursor."""
        return next((moment(value.decode(), CURSOR_AT) for value in self._values(CURSOR_AT)), None)

    def fold(self, watch: Watch, entries: Sequence[RawEntry]) -> list[tuple[Effect, ...]]:
        """Fold a batch: effects and cursor are durable together when this returns.

        Raises StoreError, after which the watch's memory is ahead of the disk and must be thrown away.
        """
        folded = []
        with self._database.transaction():
            for entry in entries:
                effects = watch.fold(entry)
                self._write(effects, entry)
                if self._outgoing is not None:
                    self._outgoing.add_within(effects, entry)
                folded.append(effects)
            if entries:
                self._put(CURSOR, str(entries[-1].offset).encode())
                self._put(CURSOR_AT, entries[-1].at.isoformat().encode())
        return folded

    def _state(self) -> Iterable[Effect]:
        """The stored state as effects, in an order that applying them accepts."""
        for value in self._values(RULES):
            yield decode(RulesInForce, value)
        for value in self._values(TICKED):
            yield decode(Ticked, value)
        for value in self._values(LEASE):
            yield decode(LeaseTaken, value)
        for story in self.queries.open_stories():
            for member in self.queries.members(story.id):
                yield MemberChanged(story=story.id, member=member)
            yield StoryChanged(story=story)
        for alert in self.queries.alerts(limit=-1):
            yield AlertChanged(alert=alert)
        for hold in self.queries.holds():
            yield HoldSet(hold=hold)

    def _write(self, effects: Iterable[Effect], entry: RawEntry) -> None:
        for effect in effects:
            if isinstance(effect, Unfoldable):
                self._parking.park("fold", str(effect.offset), effect.error, entry.body, entry.at)
            elif isinstance(effect, Unjudged):
                again = encode(JudgeAgain(story=effect.story, rule=effect.rule))
                self._parking.park("judge", f"{effect.story} {effect.rule}".rstrip(), effect.error, again, entry.at)
            elif isinstance(effect, NotificationStarted) and effect.owner == self._owner:
                pass  # noted before it was told, and by now perhaps ended
            elif key := _KEYS.get(type(effect)):
                self._put(key, encode(effect))
            else:
                sql, values = _statement(effect)
                self._database.execute(sql, values)

    def _values(self, key: str) -> list[bytes]:
        return self.queries.bodies("SELECT value FROM watch WHERE key = ?", (key,))

    def _put(self, key: str, value: bytes) -> None:
        self._database.execute("INSERT OR REPLACE INTO watch (key, value) VALUES (?, ?)", (key, value))


_KEYS: Final[dict[type[msgspec.Struct], str]] = {RulesInForce: RULES, Ticked: TICKED, LeaseTaken: LEASE}
"""Effects of which only the last counts."""

Statement = tuple[str, tuple[object, ...]]


def _statement(effect: Effect) -> Statement:
    """The one statement that stores an effect."""
    return _STATEMENTS[type(effect)](effect)


def _story(effect: StoryChanged) -> Statement:
    story = effect.story
    return (
        "INSERT OR REPLACE INTO story (id, open, updated_at, body) VALUES (?, ?, ?, ?)",
        (story.id, int(story.open), story.updated_at.isoformat(), encode(story)),
    )


def _member(effect: MemberChanged) -> Statement:
    return (
        "INSERT OR REPLACE INTO member (article_id, story, body) VALUES (?, ?, ?)",
        (effect.member.article_id, effect.story, encode(effect.member)),
    )


def _alert(effect: AlertChanged) -> Statement:
    alert = effect.alert
    return (
        "INSERT OR REPLACE INTO alert (id, rule, story, state, updated_at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (alert.id, alert.rule, alert.story, alert.state, alert.updated_at.isoformat(), encode(alert)),
    )


def _hold(effect: HoldSet) -> Statement:
    hold = effect.hold
    return "INSERT OR REPLACE INTO hold (rule, story, body) VALUES (?, ?, ?)", (hold.rule, hold.story, encode(hold))


def _hold_ended(effect: HoldEnded) -> Statement:
    return "DELETE FROM hold WHERE rule = ? AND story = ?", (effect.rule, effect.story)


def _decided(effect: Decided) -> Statement:
    entry = effect.entry
    return (
        "INSERT INTO ledger (at, story, body) VALUES (?, ?, ?)",
        (entry.at.isoformat(), entry.story, encode(entry)),
    )


def _notification(effect: NotificationDue) -> Statement:
    """The same notification decided again (a replayed record) leaves the outbox's row as it is."""
    due = effect.notification
    at = due.due_at.isoformat()
    return (
        "INSERT OR IGNORE INTO notification (id, receiver, due_at, state, next_at, body) VALUES (?, ?, ?, 'due', ?, ?)",
        (due.id, due.receiver, at, at, encode(due)),
    )


def _started(effect: NotificationStarted) -> Statement:
    """Another watch sends it: as long as nothing is heard of its end it may be out."""
    return (
        "UPDATE notification SET state = 'sending', attempts = max(attempts, ?) WHERE id = ? AND state = 'due'",
        (effect.attempt, effect.notification),
    )


def _ended(effect: NotificationEnded) -> Statement:
    """For the watches that did not send it."""
    sent_at = effect.at.isoformat() if effect.outcome is Outcome.SENT else None
    return (
        "UPDATE notification SET state = ?, sent_at = ? WHERE id = ? AND state IN ('due', 'sending')",
        (effect.outcome.value, sent_at, effect.notification),
    )


_STATEMENTS: Final[dict[type[msgspec.Struct], Callable[..., Statement]]] = {
    StoryChanged: _story,
    MemberChanged: _member,
    AlertChanged: _alert,
    HoldSet: _hold,
    HoldEnded: _hold_ended,
    Decided: _decided,
    NotificationDue: _notification,
    NotificationStarted: _started,
    NotificationEnded: _ended,
}
