"""The step from the inbox to the log, with a pool that needs no process."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from marsad.article import Article, Source
from marsad.codec import encode
from marsad.errors import StoreError
from marsad.sqlite import Database
from stream.embedded import BATCH, ReadStep, waiting_articles
from stream.log_table import LogTable
from stream.parking import Parking
from stream.reader_pool import Unreadable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Pool:
    """Answers each article with its own bytes, and those named with an error."""

    def __init__(self, unreadable: Sequence[str] = ()) -> None:
        self._unreadable = [name.encode() for name in unreadable]
        self.batches: list[int] = []

    async def read(self, bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
        self.batches.append(len(bodies))
        broken = [any(name in body for name in self._unreadable) for body in bodies]
        return [Unreadable("KeyError: no") if bad else body for body, bad in zip(bodies, broken, strict=True)]


def body(name: str) -> bytes:
    return encode(Article(id=name, source=Source(feed="f"), title=name, observed_at=NOON))


def database(*bodies: bytes) -> Database:
    database = Database.open(":memory:")
    for number, one in enumerate(bodies):
        database.execute(
            "INSERT INTO inbox (article_id, revision, feed, body) VALUES (?, 1, 'f', ?)", (f"row-{number}", one)
        )
    return database


def run(database: Database, pool: Pool) -> int:
    return asyncio.run(ReadStep(database, pool, lambda: NOON).run_once())


def test_readings_are_appended_in_the_order_of_the_inbox() -> None:
    store = database(body("one"), body("two"))
    assert (run(store, Pool()), run(store, Pool())) == (2, 0)
    assert [entry.body for entry in LogTable(store).after(0, 10)] == [body("one"), body("two")]
    assert waiting_articles(store) == 0


def test_what_cannot_be_read_is_parked_and_the_next_is_read() -> None:
    store = database(body("broken"), body("good"), b"\x00broken")
    assert run(store, Pool(["broken"])) == 3
    assert [entry.body for entry in LogTable(store).after(0, 10)] == [body("good")]
    assert [(one.step, one.subject, one.error) for one in Parking(store).list()] == [
        ("read", "broken", "KeyError: no"),
        ("read", "?", "KeyError: no"),
    ]
    assert waiting_articles(store) == 0


def test_a_batch_has_its_limit_and_the_next_is_read_while_it_is_written() -> None:
    store, pool = database(*(body(f"a{number}") for number in range(BATCH + 3))), Pool()

    async def scenario() -> list[int]:
        step = ReadStep(store, pool, lambda: NOON)
        counts = [await step.run_once()]
        store.execute("UPDATE inbox SET waiting = 1 WHERE seq = 1")  # given back while later ones are being read
        return counts + [await step.run_once() for _ in range(3)]

    assert asyncio.run(scenario()) == [BATCH, 3, 1, 0]
    assert pool.batches == [BATCH, 3, 1]
    assert LogTable(store).last_offset() == BATCH + 4
    assert waiting_articles(store) == 0


def test_when_the_log_takes_nothing_the_article_stays_in_the_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    store = database(body("one"))
    monkeypatch.setattr(Parking, "park", full)
    with pytest.raises(StoreError):
        run(store, Pool(["one"]))
    assert waiting_articles(store) == 1
    assert LogTable(store).last_offset() == 0
