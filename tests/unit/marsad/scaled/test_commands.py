"""Commands by way of Kafka: what is there now, and where a parked thing goes back to."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from golden.words import ARTICLE

from marsad.codec import encode
from marsad.errors import StaysParkedError
from marsad.kafka.errors import MessageTooLargeError
from marsad.kafka.producer import Message
from marsad.kafka.reader import RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.log import Tick
from marsad.parked import ParkedThing
from marsad.scaled.commands import Commands, Waiting, latest

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Producer:
    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        assert within > 0
        self.sent += messages


@pytest.fixture
def producer() -> Producer:
    return Producer()


@pytest.fixture
def commands(producer: Producer) -> Commands:
    return Commands(KafkaAccess(("127.0.0.1:9",)), Topics("m."), producer)  # type: ignore[arg-type]  # never connects


def message(offset: int, key: bytes | None, value: bytes | None) -> RawMessage:
    return RawMessage(offset=offset, at=NOON, key=key, value=value)


def parked(step: str, body: bytes, subject: str = "a-1", origin: str = "", key: bytes | None = None) -> ParkedThing:
    return ParkedThing(step=step, subject=subject, at=NOON, error="broken", body=body, origin=origin, key=key)


def waiting(thing: ParkedThing) -> Waiting:
    return Waiting(thing.id.encode(), thing)


def test_of_each_key_the_newest_and_nothing_that_was_deleted() -> None:
    told = [
        message(1, b"a", b"old"),
        message(2, b"b", b"gone"),
        message(3, None, b"of no key"),
        message(4, b"a", b"new"),
        message(5, b"b", None),
    ]
    assert {key: one.value for key, one in latest(iter(told)).items()} == {b"a": b"new"}


def test_what_a_newer_release_parked_is_listed_beside_the_rest_and_stays(
    commands: Commands, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = parked("read", encode(ARTICLE))
    told = [message(1, b"read:new", b"9.0 {}"), message(2, good.id.encode(), encode(good))]
    monkeypatch.setattr(
        Commands, "_messages", lambda _self, topic, _partition: iter(told) if topic == "m.parked" else ()
    )
    known, newer = commands.parked()
    assert known == waiting(good)
    assert (newer.id, newer.thing.step, newer.thing.at) == ("read:new", "unknown", NOON)
    assert "schema version 9.0" in newer.thing.error
    assert not commands.could_be_replayed(newer)
    with pytest.raises(StaysParkedError, match=r"read:new: .*schema version 9.0"):
        commands.replay(newer)
    assert producer.sent == []


def test_what_is_dropped_is_marked_under_its_own_key_whatever_it_holds(
    commands: Commands, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = encode(parked("read", encode(ARTICLE)))
    told = [message(1, b"\xff", b"garbage"), message(2, b"\xfe", b"garbage"), message(3, b"copied", good)]
    monkeypatch.setattr(Commands, "_messages", lambda _self, _topic, _partition: iter(told))
    found = commands.parked()
    assert [one.id for one in found] == ["copied", "\\xfe", "\\xff"]
    for one in found:
        commands.drop(one)
    assert [(mark.topic, mark.key, mark.value) for mark in producer.sent] == [
        ("m.parked", b"copied", None),
        ("m.parked", b"\xfe", None),
        ("m.parked", b"\xff", None),
    ]


def test_what_is_too_large_by_now_stays_parked(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Producer, messages: Sequence[Message], within: float) -> None:
        raise MessageTooLargeError([(0, "m.articles", 9)], 8)

    monkeypatch.setattr(Producer, "send_all", refuse)
    with pytest.raises(StaysParkedError, match="read:a-1: it stays parked: too large"):
        commands.replay(waiting(parked("read", encode(ARTICLE))))


@pytest.mark.parametrize(
    ("thing", "topic", "key"),
    [
        (parked("read", encode(ARTICLE)), "m.articles", b"north-post"),
        (parked("fold", encode(Tick(minute=NOON)), subject="17"), "m.log", None),
        (parked("judge", encode(Tick(minute=NOON)), subject="s r"), "m.log", None),
        (parked("index", b"a story", "stories/s", origin="m.stories/3/17", key=b"s"), "m.stories", b"s"),
        (parked("index", b"of no key", origin="m.readings/3/17"), "m.readings", None),
    ],
)
def test_a_parked_thing_goes_back_to_its_step_and_is_then_marked(
    commands: Commands, producer: Producer, thing: ParkedThing, topic: str, key: bytes | None
) -> None:
    assert commands.could_be_replayed(waiting(thing))
    assert producer.sent == []
    assert commands.replay(waiting(thing)).startswith(f"{thing.id}: ")
    back, mark = producer.sent
    assert (back.topic, back.key, back.value) == (topic, key, thing.body)
    assert (mark.topic, mark.key, mark.value) == ("m.parked", thing.id.encode(), None)


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (parked("read", b"not an article"), "cannot be read this time either"),
        (parked("index", b"x", origin="other.topic/0/1"), "no topic of this Marsad"),
        (parked("index", b"x"), "it came from nowhere"),
    ],
)
def test_what_cannot_go_back_stays_parked(
    commands: Commands, producer: Producer, thing: ParkedThing, told: str
) -> None:
    assert not commands.could_be_replayed(waiting(thing))
    with pytest.raises(StaysParkedError, match=told):
        commands.replay(waiting(thing))
    assert producer.sent == []
