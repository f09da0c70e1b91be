"""What the fold changed goes to Kafka in order, of one thing only the last, and only while the lease is held."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from golden.words import ALERT, STORY

from marsad.codec import encode
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.producer import Message
from marsad.kafka.topics import Topics
from marsad.log import AlertChanged, RawEntry, StoryChanged, Tick
from marsad.outgoing import Kind, Outgoing, Publication
from marsad.scaled.publish import PublishStep, last_of_each
from marsad.sqlite import Database

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Kafka:
    """Takes messages, or is down."""

    def __init__(self) -> None:
        self.down = False
        self.taken: list[Message] = []

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        assert within > 0
        if self.down:
            raise KafkaDownError("no broker answers")
        self.taken += messages


@pytest.fixture
def outgoing() -> Outgoing:
    found = Outgoing(Database.open(":memory:"))
    found.add_within([StoryChanged(story=STORY), AlertChanged(alert=ALERT)], RawEntry(offset=7, at=NOON, body=b""))
    found.record_within(Tick(minute=NOON))
    return found


def test_each_kind_goes_to_its_topic(outgoing: Outgoing) -> None:
    kafka = Kafka()
    step = PublishStep(outgoing, kafka, Topics("m."), lambda: True)
    assert step.run_once() == 3
    assert step.run_once() == 0
    assert [(message.topic, message.key, message.value) for message in kafka.taken] == [
        ("m.stories", STORY.id.encode(), encode(STORY)),
        ("m.alerts", ALERT.id.encode(), encode(ALERT)),
        ("m.log", None, encode(Tick(minute=NOON))),
    ]
    assert {message.headers for message in kafka.taken} == {(("schema-version", b"1.0"),)}


def test_without_the_lease_only_this_processs_own_records_go_out(outgoing: Outgoing) -> None:
    kafka = Kafka()
    PublishStep(outgoing, kafka, Topics("m."), lambda: False).run_once()
    assert [message.topic for message in kafka.taken] == ["m.log"]
    assert outgoing.count() == 2


def test_what_kafka_did_not_take_waits(outgoing: Outgoing) -> None:
    kafka = Kafka()
    kafka.down = True
    step = PublishStep(outgoing, kafka, Topics("m."), lambda: True)
    with pytest.raises(KafkaDownError):
        step.run_once()
    kafka.down = False
    assert step.run_once() == 3


def test_of_one_thing_only_the_last_of_records_all() -> None:
    waiting = [
        Publication(1, Kind.STORY, "a", b"1"),
        Publication(2, Kind.ALERT, "a", b"2"),
        Publication(3, Kind.RECORD, "", b"3"),
        Publication(4, Kind.STORY, "a", b"4"),
        Publication(5, Kind.RECORD, "", b"5"),
    ]
    assert [one.seq for one in last_of_each(waiting)] == [2, 3, 4, 5]
