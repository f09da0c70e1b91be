"""The outbox of one of several watches: only the one that has the lease sends, and says so before it does."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from alerts.outbox import Outbox, Waiting, ended
from alerts.outcome import Attempt
from marsad.log import Delivery, DeliveryStarted, Outcome, Record
from marsad.sqlite import Database


class LeasedOutbox(Outbox):
    """As ``Outbox``, but nothing is due as long as another watch has the lease."""

    def __init__(
        self,
        database: Database,
        append: Callable[[Record, datetime], None],
        *,
        may_send: Callable[[], bool],
        owner: str,
        announce: Callable[[DeliveryStarted | Delivery], bool],
        may_announce: Callable[[], bool] = lambda: True,
    ) -> None:
        """``owner`` is what this watch calls itself in the log.

        ``announce`` puts a record into the log, and says whether that is durable for sure. ``may_announce``: whether
        it is worth trying now; without an announcement none is sent, so until then none is due.
        """
        super().__init__(database, append)
        self._may_send = may_send
        self._owner = owner
        self._announce = announce
        self._may_announce = may_announce

    def due(self, now: datetime, busy: Collection[str]) -> list[Waiting]:
        """As of ``Outbox``. What another owner may have been sending goes out once more.

        A row that is being sent, and not by this watch, is nobody's as long as this watch has the lease.
        """
        if not (self._may_send() and self._may_announce()):
            return []
        self._recover_but_for(now, busy)
        return super().due(now, busy)

    def may_go_on(self) -> bool:
        """Whether a message may leave for its receiver's next target."""
        return self._may_send()

    def next_at(self, busy: Collection[str]) -> datetime | None:
        """As of ``Outbox``; whoever has no lease is woken when it gets one."""
        return super().next_at(busy) if self._may_send() and self._may_announce() else None

    def start(self, notification: str) -> bool:
        """Due → sending, known to the other watches on return. False where this watch may not send (any more)."""
        if not (self._may_send() and super().start(notification)):
            return False
        attempt = self._attempts(notification)
        announced = self._announce(DeliveryStarted(notification=notification, attempt=attempt, owner=self._owner))
        if announced and self._may_send():  # the lease outlasted it, so it came before any other owner's claim
            return True
        self._take_back(notification)
        return False

    def finish(self, waiting: Waiting, attempt: Attempt, now: datetime) -> Outcome | None:
        """As of ``Outbox``, and told before anything else is sent: a successor must not repeat what is known to be out.

        What could not be told now is told later, from the outbox's own table.
        """
        delivery = ended(waiting, attempt, now)
        told = delivery is not None and self._may_send() and self._announce(delivery)
        with self._database.transaction():
            self._end(waiting, attempt, delivery, now)
            if delivery is not None and not told:
                self._append(delivery, now)
        return delivery.outcome if delivery else None

    def _recover_but_for(self, now: datetime, busy: Collection[str]) -> None:
        sending = self._database.all("SELECT id, receiver FROM notification WHERE state = 'sending'")
        left = [(now.astimezone(UTC).isoformat(), name) for name, receiver in sending if receiver not in busy]
        if left:
            with self._database.transaction():
                self._database.executemany(
                    "UPDATE notification SET state = 'due', repeat = 1, next_at = ? WHERE id = ? AND state = 'sending'",
                    left,
                )

    def _attempts(self, notification: str) -> int:
        row = self._database.one("SELECT attempts FROM notification WHERE id = ?", (notification,))
        return int(row[0]) if row else 0

    def _take_back(self, notification: str) -> None:
        """The attempt stays counted: should its announcement have got through, this watch knows it for its own."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE notification SET state = 'due' WHERE id = ? AND state = 'sending'", (notification,)
            )
