"""A watch on Kafka without one: what is announced in an outage, and how long its steps go on at the end."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from integration.alerts.test_outbox import notification, put
from unit.alerts.told import NOON

import marsad.lease
from marsad.codec import decode_record, encode
from marsad.config import WatchConfig, load
from marsad.kafka.errors import KafkaDownError
from marsad.log import DeliveryStarted, LeaseClaim, RawEntry, Record
from marsad.scaled import watch
from marsad.scaled.watch import ANNOUNCED_WITHIN, run_watch
from marsad.sqlite import Database
from marsad.wiring import Outside, opened_by

STARTED = DeliveryStarted(notification="n-1", attempt=1, owner="me")
DEADLINE = 20.0
"""Seconds within which what is waited for must come; it comes at once."""


class Log:
    """A log in memory, for any thread."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.asked = 0
        self.down = False
        self._turn = threading.Lock()

    def after(self, offset: int, limit: int) -> list[RawEntry]:
        time.sleep(0.01)
        with self._turn:
            found = list(enumerate(self.bodies, 1))[offset : offset + limit]
        return [RawEntry(offset=number, at=datetime.now(UTC), body=body) for number, body in found]

    def append(self, records: Sequence[Record], now: datetime) -> None:
        self.append_bodies([encode(record) for record in records])

    def append_bodies(self, bodies: Sequence[bytes], within: float = 1.0) -> None:
        assert within > 0
        self.asked += 1
        if self.down:
            raise KafkaDownError("Kafka (127.0.0.1:1) cannot be reached")
        with self._turn:
            self.bodies += bodies

    def last_at(self) -> datetime | None:
        return datetime.now(UTC)

    def last_offset(self) -> int:
        return len(self.bodies)

    def claims(self) -> list[LeaseClaim]:
        records = [decode_record(body) for body in self.bodies]
        return [record for record in records if isinstance(record, LeaseClaim)]


class Topic:
    """An empty one."""

    def first_offset(self) -> int:
        return 1

    def last_offset(self) -> int:
        return 0


class Producer:
    def send_all(self, messages: Sequence[object], within: float) -> None:
        """Takes all."""


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def kafka(log: Log) -> Any:
    return watch._Kafka(log, log, Topic(), Producer())  # type: ignore[arg-type]


@pytest.fixture
def config(tmp_path: Path) -> WatchConfig:
    for name, text in {
        "marsad.yaml": "kafka: {bootstrap: '127.0.0.1:1'}\nhttp: {port: 0}\n",
        "feeds.yaml": "feeds: []\n",
        "routes.yaml": "receivers:\n  - {name: desk, console: true}\ndefault: [desk]\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load(tmp_path)


def test_behind_a_failed_announcement_none_is_tried_for_a_while(
    kafka: Any, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr(watch, "boot_seconds", lambda: moment)
    log.down = True
    assert not kafka.announce(STARTED)
    assert [kafka.announce(STARTED) for _ in range(64)] == [False] * 64  # as many receivers, in one thread
    assert (log.asked, kafka.may_announce()) == (1, False)
    log.down = False
    moment += ANNOUNCED_WITHIN
    assert kafka.may_announce()
    assert kafka.announce(STARTED)
    assert log.bodies == [encode(STARTED)]


def test_while_the_log_takes_no_announcement_nothing_is_due(
    kafka: Any, log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else the courier would turn without a pause, and count thousands of attempts of one message."""
    moment = 100.0
    monkeypatch.setattr(watch, "boot_seconds", lambda: moment)
    database = Database.open(tmp_path / "watch.db")
    put(database, notification())
    outbox = watch._outbox(database, SimpleNamespace(may_act=lambda: True, owner="me"), kafka)  # type: ignore[arg-type]
    log.down = True
    assert not outbox.start("n-1")
    assert outbox.due(NOON, ()) == []
    moment += ANNOUNCED_WITHIN
    (waiting,) = outbox.due(NOON, ())
    assert waiting.attempts == 1
    database.close()


class Courier:
    """One whose last message leaves only when it is let."""

    def __init__(self) -> None:
        self.stopped, self.let = asyncio.Event(), asyncio.Event()

    async def run(self, stop: asyncio.Event, _wake: asyncio.Event) -> None:
        await stop.wait()
        self.stopped.set()
        await self.let.wait()


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not holds():  # noqa: ASYNC110  what is waited for happens in other threads
            await asyncio.sleep(0.01)


@pytest.fixture
def courier(kafka: Any, monkeypatch: pytest.MonkeyPatch) -> Courier:
    """Of a watch that runs without Kafka."""
    made = Courier()
    monkeypatch.setattr(marsad.lease, "RENEWED_AFTER", 0.05)
    monkeypatch.setattr(watch, "_database", lambda config, _access, _topics, closing: opened_by(closing, config))
    monkeypatch.setattr(watch, "_connected", lambda *_arguments: kafka)
    monkeypatch.setattr(watch, "courier_of", lambda *_arguments: made)
    return made


OUTSIDE = Outside(observe=lambda _entry, _effects: None, console=lambda _message: None)


def test_the_lease_is_kept_until_the_last_message_is_out(config: WatchConfig, courier: Courier, log: Log) -> None:
    """Another watch would take it over meanwhile, and send that message too."""

    async def ended() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(run_watch(config, OUTSIDE, stop, instance="watch-7"))
        await until(lambda: len(log.claims()) >= 2 or running.done())
        stop.set()
        await until(courier.stopped.is_set)
        before = len(log.claims())
        await until(lambda: len(log.claims()) >= before + 3 or running.done())
        assert not running.done(), running
        courier.let.set()
        await asyncio.wait_for(running, DEADLINE)

    asyncio.run(ended())
    last = log.claims()[-1]
    assert last.seconds == 0, "the lease is given back at the very end"
    assert last.owner.startswith("watch-7-")


def test_the_lease_is_given_back_though_a_copy_is_still_being_written(
    config: WatchConfig, courier: Courier, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of a large file takes minutes, and the next watch need not wait for it."""
    writing, written = threading.Event(), threading.Event()

    def take_snapshot(*_arguments: object) -> str:
        writing.set()
        assert written.wait(DEADLINE)
        return "a copy"

    monkeypatch.setattr(watch, "SNAPSHOT_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(watch, "take_snapshot", take_snapshot)

    async def ended() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(run_watch(config, OUTSIDE, stop))
        await until(lambda: writing.is_set() or running.done())
        await until(lambda: log.claims() or running.done())
        courier.let.set()
        stop.set()
        try:
            await until(lambda: log.claims()[-1].seconds == 0)
            assert not running.done()
        finally:
            written.set()
        await asyncio.wait_for(running, DEADLINE)

    asyncio.run(ended())
