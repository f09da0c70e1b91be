"""The courier: takes due notifications out of the outbox to their receivers, one at a time for each receiver.

A receiver that is slow or dead holds up no other. Whatever blocks runs in threads: the outbox in one of its own,
each receiver's sending in another.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from alerts.message import marked_repeat
from alerts.outbox import Outbox, Waiting
from alerts.outcome import Attempt, Failed, Sent, rest
from alerts.receivers import CONSOLE, Receiver
from alerts.words import phrasebook
from marsad.alert import Notification
from marsad.errors import MarsadError
from marsad.log import Outcome
from marsad.own_thread import OwnThread

MOST_AT_ONCE: Final = 64
"""Receivers that are served at the same time."""
LONGEST_SLEEP: Final = 5.0
"""Seconds after which the outbox is looked at also when nobody woke us."""

Send = Callable[[str, Notification], Attempt]

log = logging.getLogger("marsad.deliver")


class Courier:
    """Runs until told to stop. ``send`` may block; ``console`` prints a line or raises OSError.

    ``on_round`` is called each time round, also when nothing is due: it shows that the courier lives.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        receivers: Callable[[], Mapping[str, Receiver]],
        urls_of: Callable[[Receiver], Sequence[str]],
        send: Send,
        console: Callable[[Notification], None],
        clock: Callable[[], datetime],
        on_round: Callable[[], None] = lambda: None,
    ) -> None:
        self._outbox = outbox
        self._receivers = receivers
        self._urls_of = urls_of
        self._send = send
        self._console = console
        self._clock = clock
        self._on_round = on_round
        self._store = OwnThread()
        self._senders = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="send")
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, datetime] = {}

    async def run(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Deliver until ``stop``, at once whenever ``wake`` is set; what is being sent then is waited for.

        Raises StoreError: without its store a courier could send twice.
        """
        try:
            repeats = await self._store.run(self._outbox.recover, self._clock())
            if repeats:
                log.warning(
                    "%d notifications were being sent when the last run ended: they go out again, marked", repeats
                )
            while not stop.is_set():
                wake.clear()
                self._on_round()
                await self.run_once()
                await self._pause(stop, wake)
            await asyncio.gather(*self._busy.values())
        finally:
            self._store.close()
            self._senders.shutdown(wait=False, cancel_futures=True)

    async def run_once(self) -> int:
        """Start every delivery that is due now; how many. Deliveries go on behind the return."""
        now = self._clock()
        self._resting = {receiver: until for receiver, until in self._resting.items() if until > now}
        due = await self._store.run(self._outbox.due, now, {*self._busy, *self._resting})
        for waiting in due[: MOST_AT_ONCE - len(self._busy)]:
            receiver = waiting.notification.receiver
            self._busy[receiver] = asyncio.create_task(self._deliver(waiting), name=f"deliver to {receiver}")
        return len(due)

    async def _pause(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Wait for a call, the end of a delivery, or the time of the next attempt."""
        next_at = await self._store.run(self._outbox.next_at, {*self._busy, *self._resting})
        moments = [*self._resting.values(), *([next_at] if next_at else [])]
        now = self._clock()
        sleep = min([LONGEST_SLEEP, *(max(0.0, (moment - now).total_seconds()) for moment in moments)])
        calls = [asyncio.ensure_future(event.wait()) for event in (stop, wake)]
        try:
            await asyncio.wait([*calls, *self._busy.values()], timeout=sleep, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for call in calls:
                call.cancel()
        for receiver in [receiver for receiver, task in self._busy.items() if task.done()]:
            self._busy.pop(receiver).result()

    async def _deliver(self, waiting: Waiting) -> None:
        notification = waiting.notification
        if not await self._store.run(self._outbox.start, notification.id):
            return
        attempt = await self._attempt(waiting)
        now = self._clock()
        outcome = await self._store.run(self._outbox.finish, waiting, attempt, now)
        if isinstance(attempt, Failed) and attempt.recoverable:
            self._resting[notification.receiver] = now + rest(waiting.attempts + 1, attempt)
        _report(notification, attempt, outcome)

    async def _attempt(self, waiting: Waiting) -> Attempt:
        """Every target that has it not yet; the first failure decides what becomes of the rest."""
        notification = waiting.notification
        receiver = self._receivers().get(notification.receiver)
        if receiver is None:
            return Failed("no such receiver is configured any more", recoverable=False)
        try:
            urls = dict(zip((url.label for url in receiver.urls), self._urls_of(receiver), strict=True))
        except MarsadError as error:
            return Failed(" ".join(str(error).split()))
        failures = []
        for target in receiver.targets:
            if target in notification.taken_by:
                continue
            if not self._outbox.may_go_on():
                failures.append(Failed("another watch sends by now"))
                break
            shown = marked_repeat(notification, phrasebook()) if waiting.repeat else notification
            attempt = await self._to_target(target, urls.get(target, ""), shown)
            if isinstance(attempt, Sent):
                notification = await self._store.run(self._outbox.took, notification, target)
            else:
                failures.append(attempt)
        return _together(failures)

    async def _to_target(self, target: str, url: str, notification: Notification) -> Attempt:
        loop = asyncio.get_running_loop()
        try:
            if target == CONSOLE:
                await loop.run_in_executor(self._senders, self._console, notification)
                return Sent()
            return await loop.run_in_executor(self._senders, self._send, url, notification)
        except Exception as error:  # noqa: BLE001  a plugin's defect must not end the courier; the row is tried again
            return Failed(f"{type(error).__name__} in the service's plugin", unsure=True)


def _together(failures: Sequence[Failed]) -> Attempt:
    """One outcome for all targets: sent when all have it, hopeless only when all failures are."""
    if not failures:
        return Sent()
    asked = [failed.retry_after for failed in failures if failed.retry_after is not None]
    return Failed(
        "; ".join(dict.fromkeys(failed.error for failed in failures)),
        recoverable=any(failed.recoverable for failed in failures),
        unsure=any(failed.unsure for failed in failures),
        retry_after=max(asked) if asked else None,
    )


def _report(notification: Notification, attempt: Attempt, outcome: Outcome | None) -> None:
    if isinstance(attempt, Failed):
        level = logging.ERROR if outcome is Outcome.FAILED else logging.WARNING
        verb = "given up" if outcome is Outcome.FAILED else "not delivered yet"
        log.log(level, "%s to %s: %s: %s", notification.id, notification.receiver, verb, attempt.error)
