"""How a running watch stands: what each step did last, and what the tables hold when somebody asks."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import Final

from ingest.feed_state import FeedState
from marsad.http import FeedSnapshot, Snapshot, StepSnapshot
from marsad.sqlite import Database
from stream.embedded import HOW_MANY_WAIT
from stream.log_table import LogTable
from stream.parking import Parking

LIMITS: Final[Mapping[str, timedelta]] = {
    "poll": timedelta(minutes=5),
    "read": timedelta(minutes=2),
    "fold": timedelta(minutes=1),
    "send": timedelta(minutes=5),
    "index": timedelta(minutes=5),
}
"""Without progress for longer than this a step is sick; an idle step looks several times a second."""

Clock = Callable[[], datetime]


class Progress:
    """When each step last came round."""

    def __init__(self, clock: Clock, limits: Mapping[str, timedelta] = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._last: dict[str, datetime] = dict.fromkeys(limits, clock())

    def seen(self, step: str) -> None:
        """The step came round, with or without work."""
        self._last[step] = self._clock()

    def done(self, step: str, then: asyncio.Event | None = None) -> Callable[[int], None]:
        """For ``repeat``: the step came round; what it did is the next one's work."""

        def came_round(count: int) -> None:
            self.seen(step)
            if count and then is not None:
                then.set()

        return came_round

    def steps(self, waiting: Mapping[str, int]) -> tuple[StepSnapshot, ...]:
        """Every step, with what is before it."""
        return tuple(
            StepSnapshot(name=name, last_progress=last, limit=self._limits[name], waiting=waiting.get(name, 0))
            for name, last in self._last.items()
        )


@dataclass(frozen=True, slots=True)
class Tables:
    """What the tables hold at a moment."""

    last: int
    """The log's last offset."""
    folded: int
    """The offset up to which it is folded."""
    unread: int
    """Articles that wait to be read."""
    counts: Mapping[str, int]
    notifications: Mapping[str, int]
    parked: int


class TableCounts:
    """Counts the tables over a connection of its own, off the event loop: call ``take`` in one thread.

    The inbox is only ever added to, so of it only what is new is looked at; the rest is counted over indexes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._inbox = (0, 0, 0)

    def take(self) -> Tables:
        """How the tables stand. Raises StoreError."""
        number = partial(_number, self._database)
        # The watch goes on meanwhile, so what is behind is counted before what is ahead of it.
        folded = number("SELECT CAST(value AS INTEGER) FROM watch WHERE key = 'cursor'")
        notifications = self._database.all("SELECT state, count(*) FROM notification GROUP BY state ORDER BY state")
        rows, articles, unread = self._count_inbox()
        return Tables(
            last=LogTable(self._database).last_offset(),
            folded=folded,
            unread=unread,
            counts={
                "articles": articles,
                "readings": rows - unread,
                "stories": number("SELECT count(*) FROM story"),
                "alerts": number("SELECT count(*) FROM alert"),
            },
            notifications=dict(notifications),
            parked=Parking(self._database).count(),
        )

    def _count_inbox(self) -> tuple[int, int, int]:
        """Rows (a revision each), articles, and rows that wait: in one statement, so that they are of one moment."""
        last, rows, articles = self._inbox
        newer = "WHERE seq > ?" if last else ""  # without it the whole is counted over an index, not over the bodies
        sql = f"SELECT max(seq), count(*), coalesce(sum(revision = 1), 0), ({HOW_MANY_WAIT}) FROM inbox {newer}"
        newest, more_rows, more_articles, unread = self._database.all(sql, (last,) if last else ())[0]
        self._inbox = (newest or last, rows + more_rows, articles + more_articles)
        return self._inbox[1], self._inbox[2], unread


def snapshot(
    tables: Tables, progress: Progress, *, now: datetime, feeds: Sequence[FeedSnapshot], indexed: int
) -> Snapshot:
    """How the watch stands. ``indexed`` is the log offset up to which the search index is filled."""
    waiting = {
        "read": tables.unread,
        "fold": tables.last - tables.folded,
        "send": tables.notifications.get("due", 0),
        "index": max(0, tables.last - indexed),
    }
    return Snapshot(
        now=now,
        version=version("marsad"),
        feeds=tuple(feeds),
        steps=progress.steps(waiting),
        counts=tables.counts,
        notifications=tables.notifications,
        parked=tables.parked,
    )


def feed_snapshots(states: Mapping[str, FeedState]) -> list[FeedSnapshot]:
    """How each feed stands, for people and metrics."""
    return [
        FeedSnapshot(
            slug=slug,
            state=_feed_word(state),
            last_polled=state.last_poll_at,
            last_success=state.last_ok_at,
            failures=state.failures,
        )
        for slug, state in sorted(states.items())
    ]


def _feed_word(state: FeedState) -> str:
    if state.retired:
        return "retired"
    if state.failures:
        return "failing"
    return "ok" if state.last_ok_at else "new"


def _number(database: Database, sql: str) -> int:
    row = database.one(sql)
    return int(row[0]) if row and row[0] is not None else 0
