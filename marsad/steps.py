"""The steps of a running watch that are the watch's own: fold, tick, take rules into force, index.

Each step does one batch and says how much it did; ``repeat`` runs it until told to stop.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol

from alerts.rules import RuleSet
from marsad.errors import MarsadError
from marsad.log import Effect, RawEntry, Record, RuleSetTaken, Tick
from marsad.log_time import standing_still
from marsad.store import WatchStore
from marsad.watch import Watch

BATCH: Final = 500
FIRST_BATCH: Final = 50
LONGEST_TURN: Final = 0.2
"""Seconds that one batch may keep the other writers waiting, roughly."""
IDLE_SECONDS: Final = 0.2
"""How long a step with nothing to do waits before it looks again: other processes append too."""

Clock = Callable[[], datetime]
Observe = Callable[[RawEntry, Sequence[Effect]], None]
"""Hears of each entry and its effects, once they are durable."""


class Log(Protocol):
    """The one ordered record: a table here, a Kafka topic where Marsad is scaled out."""

    def after(self, offset: int, limit: int) -> list[RawEntry]:
        """Up to ``limit`` entries behind ``offset``, in order."""

    def append(self, records: Sequence[Record], now: datetime) -> None:
        """Durable on return."""

    def last_at(self) -> datetime | None:
        """The log's time, None for an empty log."""

    def last_offset(self) -> int:
        """The offset of the newest entry; 0 for an empty log."""


class FoldStep:
    """The log's next entries into stories, alerts and notifications due."""

    def __init__(self, log: Log, store: WatchStore, watch: Watch, observe: Observe) -> None:
        self._log = log
        self._store = store
        self._watch = watch
        self._observe = observe
        self._cursor = store.load(watch)
        self._limit = FIRST_BATCH

    @property
    def cursor(self) -> int:
        """The offset up to which the log is folded."""
        return self._cursor

    def run_once(self) -> int:
        """Fold a batch of entries; how many there were. Raises StoreError."""
        return self.tell(self.fold())

    def fold(self) -> list[tuple[RawEntry, Sequence[Effect]]]:
        """Fold a batch: its entries with their effects, durable when this returns. Raises StoreError."""
        entries = self._log.after(self._cursor, self._limit)
        if not entries:
            return []
        began = time.monotonic()
        folded = self._store.fold(self._watch, entries)
        self._limit = next_limit(self._limit, time.monotonic() - began)
        self._cursor = entries[-1].offset
        return list(zip(entries, folded, strict=True))

    def tell(self, folded: Sequence[tuple[RawEntry, Sequence[Effect]]]) -> int:
        """Tell who observes of what ``fold`` did; how many entries there were."""
        for entry, effects in folded:
            self._observe(entry, effects)
        return len(folded)


def next_limit(limit: int, seconds: float) -> int:
    """The next batch's size. While a batch is folded nobody else can write, so it must not take long."""
    return max(1, limit // 2) if seconds > LONGEST_TURN else min(BATCH, limit * 2)


class TickStep:
    """A tick for each minute that has begun. Behind an outage one tick is enough: holds compare times."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._last: datetime | None = None
        self.standing_still = standing_still(log.last_at(), clock())
        """Why the log's time stands still; empty where it goes on. Looked at once a minute."""

    def run_once(self) -> int:
        """Append the minute's tick if it has none yet. Raises StoreError."""
        now = self._clock()
        minute = now.replace(second=0, microsecond=0)
        if minute == self._last:
            return 0
        self._log.append([Tick(minute=minute)], now)
        self._last = minute
        self.standing_still = standing_still(self._log.last_at(), now)
        return 1


class RulesStep:
    """The rule set of the files into the log, at start and whenever it changed."""

    def __init__(self, log: Log, load: Callable[[], RuleSet], in_force: RuleSet | None, folded: int) -> None:
        """``in_force`` as of log offset ``folded``.

        An unfolded rest of the log may hold another set, taken just before a crash: the files' set comes behind it.
        """
        self._log = log
        self._load = load
        self._digest = in_force.digest() if in_force and folded == log.last_offset() else None

    def take(self, now: datetime) -> bool:
        """Whether another rule set comes into force. Raises ConfigError; the last good set stays then."""
        rule_set = self._load()
        if rule_set.digest() == self._digest:
            return False
        self._log.append([RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())], now)
        self._digest = rule_set.digest()
        return True


async def repeat(
    step: Callable[[], Awaitable[int]],
    *,
    stop: asyncio.Event,
    wake: asyncio.Event,
    done: Callable[[int], None],
    idle_seconds: float = IDLE_SECONDS,
) -> None:
    """Run a step until ``stop``; wait for ``wake`` or a moment whenever it had nothing to do.

    ``done`` hears of each round, also of an idle one: that is how health knows that the step lives.
    """
    while not stop.is_set():
        wake.clear()
        count = await step()
        done(count)
        if not count:
            await wait_for_any([wake, stop], timedelta(seconds=idle_seconds))


async def wait_for_any(events: Sequence[asyncio.Event], at_most: timedelta) -> None:
    """Wait until one of the events is set, or the time is over."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=at_most.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


@asynccontextmanager
async def all_or_none() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first MarsadError comes out as itself: one step that cannot go on ends the watch."""
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except* MarsadError as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[MarsadError]) -> MarsadError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
