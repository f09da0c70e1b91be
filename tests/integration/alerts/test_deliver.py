"""The courier over a real outbox: threads, wakes, dead receivers, crashes. Only the services are stand-ins."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from alerts.deliver import Courier
from alerts.outbox import Outbox
from alerts.outcome import Failed, Sent
from alerts.receivers import Receiver
from marsad.alert import Notification
from marsad.codec import decode_record, encode
from marsad.codes import MessageType, Severity
from marsad.errors import ConfigError, ConfigProblem
from marsad.sqlite import Database
from stream.log_table import LogTable

DEADLINE = 20.0


def now() -> datetime:
    return datetime.now(UTC)


def receiver(name, *urls, console=False) -> Receiver:
    return Receiver.model_validate({"name": name, "urls": [{"env": url} for url in urls], "console": console})


class House:
    """A store, a courier, and services that answer as told and keep what they got."""

    outbox = Outbox

    def __init__(self, path, *receivers):
        self.path = path
        self.database = Database.open(path)
        self.receivers = {one.name: one for one in receivers}
        self.got: list[tuple[str, Notification]] = []
        self.printed: list[Notification] = []
        self.answers = {}
        self.offset = timedelta(0)
        self.wake = asyncio.Event()
        self.stop = asyncio.Event()

    def put(self, *names):
        for name in names:
            one = Notification(
                id=name, alert="a-1", rule="attack", story="s-1", receiver=name.split(".")[0], type=MessageType.ALERT,
                severity=Severity.HIGH, language="en", title="title", body="body", due_at=now(),
            )  # fmt: skip
            at = one.due_at.isoformat()
            self.database.execute(
                "INSERT INTO notification (id, receiver, due_at, state, next_at, body) VALUES (?, ?, ?, 'due', ?, ?)",
                (one.id, one.receiver, at, at, encode(one)),
            )

    def send(self, url, notification):
        answer = self.answers.get(url, Sent())
        self.got.append((url, notification))
        return answer() if callable(answer) else answer

    def courier(self) -> Courier:
        database = Database.open(self.path)
        log = LogTable(database)
        return Courier(
            self.outbox(database, lambda record, at: log.append_within([encode(record)], at)),
            receivers=lambda: self.receivers,
            urls_of=self.urls_of,
            send=self.send,
            console=self.printed.append,
            clock=lambda: now() + self.offset,
        )

    def urls_of(self, one):
        return [url.env for url in one.urls]

    def state(self, name) -> str:
        return self.database.one("SELECT state FROM notification WHERE id = ?", (name,))[0]

    def deliveries(self):
        return [decode_record(entry.body) for entry in LogTable(self.database).after(0, 1000)]

    async def until(self, true):
        end = time.monotonic() + DEADLINE
        while not true():
            assert time.monotonic() < end, "it never came"
            await asyncio.sleep(0.01)

    async def over(self, scenario):
        running = asyncio.create_task(self.courier().run(self.stop, self.wake))
        try:
            await scenario()
        finally:
            self.stop.set()
            await running


def play(house, scenario):
    asyncio.run(house.over(scenario))
    house.database.close()


def test_due_is_delivered_as_soon_as_it_is_told(tmp_path):
    house = House(tmp_path / "w.db", receiver("desk", "A"))

    async def scenario():
        await asyncio.sleep(0)
        house.put("desk.1")
        house.wake.set()
        await house.until(lambda: house.state("desk.1") == "sent")

    play(house, scenario)
    assert [(url, one.id) for url, one in house.got] == [("A", "desk.1")]


def test_a_dead_receiver_delays_no_other(tmp_path):
    house = House(tmp_path / "w.db", receiver("dead", "D"), receiver("desk", "A"))
    hang = threading.Event()
    house.answers["D"] = lambda: Failed("late") if hang.wait(DEADLINE) else Failed("never")

    async def scenario():
        house.put("dead.1", "dead.2", *(f"desk.{n}" for n in range(20)))
        house.wake.set()
        await house.until(lambda: all(house.state(f"desk.{n}") == "sent" for n in range(20)))
        assert [one.id for url, one in house.got if url == "D"] in ([], ["dead.1"])
        hang.set()

    play(house, scenario)


def test_one_at_a_time_for_each_receiver_in_order(tmp_path):
    house = House(tmp_path / "w.db", receiver("desk", "A"))
    inside = []

    def slow():
        inside.append(1)
        assert len(inside) == 1
        time.sleep(0.01)
        inside.pop()
        return Sent()

    house.answers["A"] = slow

    async def scenario():
        house.put(*(f"desk.{n}" for n in range(5)))
        house.wake.set()
        await house.until(lambda: house.state("desk.4") == "sent")

    play(house, scenario)
    assert [one.id for _url, one in house.got] == [f"desk.{n}" for n in range(5)]


def test_a_retry_repeats_only_what_failed(tmp_path):
    house = House(tmp_path / "w.db", receiver("desk", "A", "B", console=True))
    house.answers["B"] = Failed("error=503")

    async def scenario():
        house.put("desk.1")
        house.wake.set()
        await house.until(lambda: len(house.got) == 2 and house.state("desk.1") == "due")
        house.answers["B"] = Sent()
        house.offset = timedelta(minutes=1)
        house.wake.set()
        await house.until(lambda: house.state("desk.1") == "sent")

    play(house, scenario)
    assert [url for url, _one in house.got] == ["A", "B", "B"]
    assert len(house.printed) == 1
    assert "possible repeat" not in house.got[-1][1].title


def test_a_lease_that_ends_between_two_targets_leaves_the_rest_to_its_next_owner(tmp_path):
    house = House(tmp_path / "w.db", receiver("desk", "A", "B"))

    class Lost(Outbox):
        def may_go_on(self):
            return not house.got

    house.outbox = Lost

    async def scenario():
        house.put("desk.1")
        house.wake.set()
        await house.until(lambda: house.got and house.state("desk.1") == "due")

    play(house, scenario)
    assert [url for url, _one in house.got] == ["A"]


def test_retry_after_is_kept_for_the_whole_receiver(tmp_path):
    house = House(tmp_path / "w.db", receiver("desk", "A"), receiver("far", "F"))
    house.answers["A"] = Failed("error=429", retry_after=300.0)

    async def scenario():
        house.put("desk.1", "desk.2")
        house.wake.set()
        await house.until(lambda: len(house.got) == 1 and house.state("desk.1") == "due")
        house.put("far.1")
        house.wake.set()
        await house.until(lambda: house.state("far.1") == "sent")
        assert [url for url, _one in house.got] == ["A", "F"]
        house.answers["A"] = Sent()
        house.offset = timedelta(minutes=6)
        house.wake.set()
        await house.until(lambda: house.state("desk.2") == house.state("desk.1") == "sent")

    play(house, scenario)


@pytest.mark.parametrize("fault", ["plugin", "secret", "gone"])
def test_faults_are_told_and_hold_up_nothing(tmp_path, fault):
    house = House(tmp_path / "w.db", receiver("desk", "A"), receiver("bad", "X"))

    def broken():
        raise RuntimeError("canary")

    def urls_of(one):
        if one.name == "bad" and fault == "secret":
            raise ConfigError([ConfigProblem("receiver bad", 0, "urls", "X is not set")])
        return [url.env for url in one.urls]

    house.urls_of = urls_of
    house.answers["X"] = broken
    if fault == "gone":
        del house.receivers["bad"]

    async def scenario():
        house.put("bad.1", "desk.1")
        house.wake.set()
        await house.until(lambda: house.state("desk.1") == "sent")
        wanted = "failed" if fault == "gone" else "due"
        await house.until(lambda: house.database.one("SELECT error FROM notification WHERE id = 'bad.1'")[0] != "")
        assert house.state("bad.1") == wanted

    play_error = {
        "plugin": "RuntimeError in the service's plugin",
        "secret": "X is not set",
        "gone": "no such receiver",
    }
    asyncio.run(house.over(scenario))
    error = house.database.one("SELECT error FROM notification WHERE id = 'bad.1'")[0]
    assert play_error[fault] in error
    assert "canary" not in error
    house.database.close()


def test_what_is_being_sent_at_the_end_is_waited_for(tmp_path):
    house = House(tmp_path / "w.db", receiver("desk", "A"))
    begun, go = threading.Event(), threading.Event()

    def slow():
        begun.set()
        go.wait(DEADLINE)
        return Sent()

    house.answers["A"] = slow

    async def scenario():
        house.put("desk.1")
        house.wake.set()
        await house.until(begun.is_set)
        house.stop.set()
        go.set()

    play(house, scenario)
    database = Database.open(tmp_path / "w.db")
    assert database.one("SELECT state FROM notification")[0] == "sent"
    database.close()


CHILD = """
import asyncio, os, sys
sys.path[:0] = sys.argv[3:]
from integration.alerts.test_deliver import House, receiver
house = House(sys.argv[1], receiver("desk", "A"))
moment = sys.argv[2]
def die():
    print("out", flush=True)
    os._exit(9)
if moment == "before the send":
    house.send = lambda url, one: os._exit(9)
elif moment == "after the send":
    house.send = lambda url, one: die()
async def scenario():
    await house.until(lambda: False)
asyncio.run(house.over(scenario))
"""


@pytest.mark.parametrize("moment", ["before the send", "after the send"])
def test_a_crash_around_the_send_repeats_once_and_marked(tmp_path, moment):
    path = tmp_path / "w.db"
    house = House(path, receiver("desk", "A"))
    house.put("desk.1")
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), moment, *(entry for entry in sys.path if entry)],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ},
    )
    assert child.returncode == 9, child.stderr.decode()
    assert house.state("desk.1") == "sending"

    async def scenario():
        await house.until(lambda: house.state("desk.1") == "sent")

    asyncio.run(house.over(scenario))
    ((_url, sent),) = house.got
    assert "possible repeat" in sent.title
    (delivery,) = house.deliveries()
    assert (delivery.attempts, delivery.repeat) == (2, True)
    house.database.close()
