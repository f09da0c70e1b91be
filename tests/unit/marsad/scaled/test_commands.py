"""Commands by way of Kafka: what is there now, and where a parked thing goes back to."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from golden.words import ARTICLE

from marsad.codec import encode
from marsad.errors import MarsadError
from marsad.kafka.producer import Message
from marsad.kafka.reader import RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.log import Tick
from marsad.parked import ParkedThing
from marsad.scaled.commands import Commands, latest

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


def parked(step: str, body: bytes, subject: str = "a-1", origin: str = "") -> ParkedThing:
    return ParkedThing(step=step, subject=subject, at=NOON, error="broken", body=body, origin=origin)


def test_of_each_key_the_newest_and_nothing_that_was_deleted() -> None:
    told = [
        message(1, b"a", b"old"),
        message(2, b"b", b"gone"),
        message(3, None, b"of no key"),
        message(4, b"a", b"new"),
        message(5, b"b", None),
    ]
    assert latest(iter(told)) == {b"a": b"new"}


@pytest.mark.parametrize(
    ("thing", "topic", "key"),
    [
        (parked("read", encode(ARTICLE)), "m.articles", b"north-post"),
        (parked("fold", encode(Tick(minute=NOON)), subject="17"), "m.log", None),
        (parked("judge", encode(Tick(minute=NOON)), subject="s r"), "m.log", None),
        (parked("index", b"a reading", origin="m.readings/3/17"), "m.readings", b"a-1"),
    ],
)
def test_a_parked_thing_goes_back_to_its_step_and_is_then_marked(
    commands: Commands, producer: Producer, thing: ParkedThing, topic: str, key: bytes | None
) -> None:
    assert commands.replay(thing).startswith(f"{thing.id}: ")
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
    with pytest.raises(MarsadError, match=told):
        commands.replay(thing)
    assert producer.sent == []
