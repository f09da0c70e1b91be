import asyncio
from datetime import UTC, datetime, timedelta

from marsad.progress import LIMITS, Progress, TableCounts, snapshot
from marsad.sqlite import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def look(database: Database, progress: Progress, now: datetime, indexed: int = 0):
    return snapshot(TableCounts(database).take(), progress, now=now, feeds=(), indexed=indexed)


def test_every_step_is_shown_from_the_start() -> None:
    shown = look(Database.open(":memory:"), Progress(Clock()), NOON)
    assert {step.name for step in shown.steps} == set(LIMITS)
    assert shown.sick_steps == ()


def test_a_step_that_came_round_is_well_and_one_that_did_not_is_sick() -> None:
    clock = Clock()
    progress = Progress(clock)
    clock.now += timedelta(minutes=4)
    progress.seen("read")
    shown = look(Database.open(":memory:"), progress, clock.now)
    assert [step.name for step in shown.sick_steps] == ["fold"], "the limits of the others are longer"
    clock.now += timedelta(minutes=90)
    assert {step.name for step in look(Database.open(":memory:"), progress, clock.now).sick_steps} == set(LIMITS)


def test_what_a_step_did_wakes_the_next_one_and_an_idle_round_does_not() -> None:
    wake = asyncio.Event()
    came_round = Progress(Clock()).done("read", wake)
    came_round(0)
    assert not wake.is_set()
    came_round(3)
    assert wake.is_set()


def test_counts_come_from_the_tables() -> None:
    database = Database.open(":memory:")
    with database.transaction():
        for number, waiting in enumerate((1, 1, 0)):
            database.execute(
                "INSERT INTO inbox (article_id, revision, feed, body, waiting) VALUES (?, 1, 'f', x'', ?)",
                (f"a{number}", waiting),
            )
            database.execute("INSERT INTO entry VALUES (?, 'f', 1, 'd')", (f"a{number}",))
        for _ in range(7):
            database.execute("INSERT INTO log (at, body) VALUES ('t', x'')")
        database.execute("INSERT INTO watch VALUES ('cursor', ?)", (b"5",))
        for number, state in enumerate(("due", "due", "sent")):
            database.execute(
                "INSERT INTO notification (id, receiver, due_at, state, next_at, body)"
                " VALUES (?, 'r', 't', ?, 't', x'')",
                (f"n{number}", state),
            )
        database.execute("INSERT INTO parked (step, subject, at, error, body) VALUES ('read', 'a', 't', 'e', x'')")
        database.execute(
            "INSERT INTO parked (step, subject, at, error, body, replayed_at) VALUES ('read', 'a', 't', 'e', x'', 't')"
        )
    shown = look(database, Progress(Clock()), NOON, indexed=4)
    assert {step.name: step.waiting for step in shown.steps} == {"poll": 0, "read": 2, "fold": 2, "send": 2, "index": 3}
    assert dict(shown.counts) == {"articles": 3, "readings": 1, "stories": 0, "alerts": 0}
    assert dict(shown.notifications) == {"due": 2, "sent": 1}
    assert shown.parked == 1


def inbox(database: Database, article: str, revision: int, *, waiting: int = 0) -> None:
    database.execute(
        "INSERT INTO inbox (article_id, revision, feed, body, waiting) VALUES (?, ?, 'f', x'', ?)",
        (article, revision, waiting),
    )


def test_what_came_since_the_last_count_is_added_to_it() -> None:
    database = Database.open(":memory:")
    counts = TableCounts(database)
    assert counts.take().counts["articles"] == 0
    inbox(database, "a", 1)
    assert counts.take().counts == {"articles": 1, "readings": 1, "stories": 0, "alerts": 0}
    inbox(database, "a", 2)
    inbox(database, "b", 1, waiting=1)
    assert counts.take().counts == {"articles": 2, "readings": 2, "stories": 0, "alerts": 0}
    database.execute("UPDATE inbox SET waiting = 1 - waiting")
    assert counts.take().counts == {"articles": 2, "readings": 1, "stories": 0, "alerts": 0}
    assert TableCounts(database).take() == counts.take(), "a new start counts the same"


def test_no_count_goes_through_the_bodies_of_what_was_counted_before() -> None:
    database = Database.open(":memory:")
    counts = TableCounts(database)
    inbox(database, "a", 1)
    counts.take()
    seen: list[str] = []
    database._connection.set_trace_callback(seen.append)
    counts.take()
    database._connection.set_trace_callback(None)
    assert len(seen) == 7
    plans = [(sql, row[-1]) for sql in seen for row in database.all(f"EXPLAIN QUERY PLAN {sql}")]
    assert [sql for sql, plan in plans if plan.startswith("SCAN") and "INDEX" not in plan] == []
