"""The outbox: notifications from due over sending to sent or failed, each step durable before the next.

The watch writes rows due. ``start`` marks a row before anything leaves, so that after a crash what is
unsure is known: ``recover`` makes it due again, marked as a possible repeat, and without the targets that
confirmed it. The end of a delivery goes into the log in the same transaction.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from alerts.outcome import Attempt, Failed, Sent, given_up, next_attempt
from marsad.alert import Notification
from marsad.codec import decode, encode
from marsad.log import Delivery, Outcome, Record
from marsad.sqlite import Database, moment

_MOST_ERROR: Final = 300
# A first attempt is due at once, whatever its time: that is the log's, and a clock may have run ahead once.
_NEXT_OF_EACH: Final = """
SELECT receiver, due_at, attempts, repeat, body FROM (
    SELECT *, row_number() OVER (PARTITION BY receiver ORDER BY next_at, due_at, id) AS place
    FROM notification WHERE state = 'due' AND (attempts = 0 OR next_at <= ?)
) WHERE place = 1 ORDER BY next_at, due_at, id
"""


_AT_ONCE: Final = datetime.min.replace(tzinfo=UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notification to be sent. ``attempts`` were made before."""

    notification: Notification
    attempts: int
    repeat: bool
    due_at: datetime


class Outbox:
    """The ``notification`` table. Give it a database connection of its own."""

    def __init__(self, database: Database, append: Callable[[Record, datetime], None]) -> None:
        """``append`` puts a record into the log inside the running transaction."""
        self._database = database
        self._append = append

    def recover(self, now: datetime) -> int:
        """After a start: what was being sent is sent once more, marked. How many there were. Raises StoreError."""
        with self._database.transaction():
            cursor = self._database.execute(
                "UPDATE notification SET state = 'due', repeat = 1, next_at = ? WHERE state = 'sending'", (_text(now),)
            )
        return cursor.rowcount

    def due(self, now: datetime, busy: Collection[str]) -> list[Waiting]:
        """The next notification of every receiver that is not busy, the longest waiting first."""
        rows = self._database.all(_NEXT_OF_EACH, (_text(now),))
        return [_waiting(row) for row in rows if row[0] not in busy]

    def next_at(self, busy: Collection[str]) -> datetime | None:
        """When a receiver that is not busy has its next attempt."""
        rows = self._database.all(
            "SELECT receiver, min(iif(attempts = 0, ?, next_at)) FROM notification"
            " WHERE state = 'due' GROUP BY receiver",
            (_AT_ONCE,),
        )
        return min((moment(at, "notification.next_at") for receiver, at in rows if receiver not in busy), default=None)

    def start(self, notification: str) -> bool:
        """Due → sending, durable on return. False where another process was first. Raises StoreError."""
        with self._database.transaction():
            cursor = self._database.execute(
                "UPDATE notification SET state = 'sending', attempts = attempts + 1 WHERE id = ? AND state = 'due'",
                (notification,),
            )
        return cursor.rowcount == 1

    def may_go_on(self) -> bool:
        """Whether a message may leave for its receiver's next target: asked before each."""
        return True

    def took(self, notification: Notification, target: str) -> Notification:
        """One of the receiver's targets has it: a retry or a repeat leaves it out. Raises StoreError."""
        taken = replace(notification, taken_by=(*notification.taken_by, target))
        with self._database.transaction():
            self._database.execute("UPDATE notification SET body = ? WHERE id = ?", (encode(taken), notification.id))
        return taken

    def finish(self, waiting: Waiting, attempt: Attempt, now: datetime) -> Outcome | None:
        """Sending → sent, failed, or due again (None). Raises StoreError."""
        delivery = ended(waiting, attempt, now)
        with self._database.transaction():
            self._end(waiting, attempt, delivery, now)
            if delivery is not None:
                self._append(delivery, now)
        return delivery.outcome if delivery else None

    def _end(self, waiting: Waiting, attempt: Attempt, delivery: Delivery | None, now: datetime) -> None:
        if delivery is not None:
            self._database.execute(
                "UPDATE notification SET state = ?, sent_at = ?, error = ? WHERE id = ?",
                (
                    delivery.outcome.value,
                    _text(now) if delivery.outcome is Outcome.SENT else None,
                    delivery.error,
                    waiting.notification.id,
                ),
            )
        elif isinstance(attempt, Failed):
            self._again(waiting, attempt, now)

    def _again(self, waiting: Waiting, failed: Failed, now: datetime) -> None:
        self._database.execute(
            "UPDATE notification SET state = 'due', next_at = ?, error = ?, repeat = max(repeat, ?) WHERE id = ?",
            (
                _text(next_attempt(waiting.attempts + 1, failed, now)),
                failed.error[:_MOST_ERROR],
                int(failed.unsure),
                waiting.notification.id,
            ),
        )


def _waiting(row: Sequence[Any]) -> Waiting:
    _receiver, due_at, attempts, repeat, body = row
    return Waiting(decode(Notification, body), attempts, bool(repeat), moment(due_at, "notification.due_at"))


def ended(waiting: Waiting, attempt: Attempt, now: datetime) -> Delivery | None:
    """What the log is told of an attempt that was the last; None where another one follows."""
    if isinstance(attempt, Failed) and not given_up(attempt, waiting.due_at, now, repeat=waiting.repeat):
        return None
    notification = waiting.notification
    return Delivery(
        notification=notification.id,
        alert=notification.alert,
        receiver=notification.receiver,
        outcome=Outcome.SENT if isinstance(attempt, Sent) else Outcome.FAILED,
        attempts=waiting.attempts + 1,
        repeat=waiting.repeat,
        error=attempt.error[:_MOST_ERROR] if isinstance(attempt, Failed) else "",
    )


def _text(moment: datetime) -> str:
    """UTC, so that texts compare as the moments do."""
    return moment.astimezone(UTC).isoformat()
