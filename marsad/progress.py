"""How a running watch stands: what each step did last, counted from the tables when somebody asks."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

from ingest.feed_state import FeedState
from marsad.http import FeedSnapshot, Snapshot, StepSnapshot
from marsad.sqlite import Database

LIMITS: Final[Mapping[str, timedelta]] = {
    "poll": timedelta(minutes=5),
    "read": timedelta(minutes=2),
    "fold": timedelta(minutes=1),
    "send": timedelta(minutes=5),
    "index": timedelta(minutes=5),
}
"""Without progress for longer than this a step is sick; an idle step looks several times a second."""

Clock = Callable[[], datetime]

_COUNTED: Final = (
    ("articles", "SELECT count(*) FROM entry"),
    ("readings", "SELECT count(*) FROM inbox WHERE waiting = 0"),
    ("stories", "SELECT count(*) FROM story"),
    ("alerts", "SELECT count(*) FROM alert"),
)


class Progress:
    """When each step last came round."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, datetime] = dict.fromkeys(LIMITS, clock())

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
            StepSnapshot(name=name, last_progress=last, limit=LIMITS[name], waiting=waiting.get(name, 0))
            for name, last in self._last.items()
        )


def snapshot(
    database: Database,
    progress: Progress,
    *,
    now: datetime,
    feeds: Sequence[FeedSnapshot],
    indexed: int,
    rules_digest: str | None,
    not_ready: str,
) -> Snapshot:
    """How the watch stands. ``indexed`` is the log offset up to which the search index is filled."""
    last, folded = _number(database, "SELECT max(seq) FROM log"), _cursor(database)
    notifications = dict(database.all("SELECT state, count(*) FROM notification GROUP BY state ORDER BY state"))
    waiting = {
        "read": _number(database, "SELECT count(*) FROM inbox WHERE waiting = 1"),
        "fold": last - folded,
        "send": notifications.get("due", 0),
        "index": last - indexed,
    }
    return Snapshot(
        now=now,
        version=version("marsad"),
        feeds=tuple(feeds),
        steps=progress.steps(waiting),
        counts={name: _number(database, sql) for name, sql in _COUNTED},
        notifications=notifications,
        parked=_number(database, "SELECT count(*) FROM parked WHERE replayed_at IS NULL"),
        rules_digest=rules_digest,
        not_ready=not_ready,
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


def _cursor(database: Database) -> int:
    row = database.one("SELECT value FROM watch WHERE key = 'cursor'")
    return int(row[0]) if row else 0
