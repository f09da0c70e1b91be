import logging
import threading

import pytest
from unit.ingest.kafka_doubles import ImpatientSender, MemoryKafka

from ingest.steady_sender import LONGEST_PAUSE, SteadySender, StoppedError
from marsad.errors import StoreError
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError, MessageTooLargeError
from marsad.kafka.producer import Message

DOWN = KafkaDownError("down")
MESSAGE = Message(topic="t", value=b"one", key=b"k")


def test_an_outage_is_waited_out_with_longer_and_longer_pauses() -> None:
    kafka = MemoryKafka(errors=[DOWN] * 8)
    sender = ImpatientSender(kafka)
    sender.send_all([MESSAGE])
    assert kafka.sent == [MESSAGE]
    assert sender.pauses == sorted(sender.pauses)
    assert sender.pauses[-1] == LONGEST_PAUSE
    assert (sender.waiting, sender.trouble) == (0, "")


def test_an_outage_is_told_once_a_minute_and_its_end_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    times = iter([0.0, 1.0, 59.0, 60.0, 61.0])
    sender = SteadySender(MemoryKafka(errors=[DOWN] * 5), lambda: next(times))
    sender.pause = lambda _seconds: False  # type: ignore[method-assign]
    sender.send_all([MESSAGE])
    sender.send_all([MESSAGE])
    assert [record.message for record in caplog.records] == [
        f"polling waits: {DOWN}",
        f"polling waits: {DOWN}",
        "Kafka takes messages again: polling goes on",
    ]


def test_what_waits_is_counted_and_says_why() -> None:
    seen: list[tuple[int, str]] = []

    class Looking(ImpatientSender):
        def pause(self, seconds: float) -> bool:
            seen.append((self.waiting, self.trouble))
            return super().pause(seconds)

    Looking(MemoryKafka(errors=[DOWN])).send_all([MESSAGE])
    assert seen == [(1, str(DOWN))]


def test_a_stop_ends_the_wait() -> None:
    class Down(MemoryKafka):
        def send_all(self, messages: object, within: float) -> None:
            started.set()
            raise DOWN

    started, ended = threading.Event(), list[str]()
    sender = SteadySender(Down())

    def send() -> None:
        with pytest.raises(StoppedError, match="down"):
            sender.send_all([MESSAGE])
        ended.append("yes")

    thread = threading.Thread(target=send)
    thread.start()
    assert started.wait(10)
    sender.stop()
    thread.join(10)
    assert ended == ["yes"]
    assert sender.waiting == 0


def test_behind_a_stop_nothing_is_tried() -> None:
    """As many feeds as wait for a thread would each wait for Kafka once more."""
    kafka = MemoryKafka()
    sender = SteadySender(kafka)
    sender.stop()
    with pytest.raises(StoppedError, match="stopped before"):
        sender.send_all([MESSAGE])
    assert kafka.sent == []


def test_a_refusal_is_no_outage() -> None:
    sender = ImpatientSender(MemoryKafka(errors=[KafkaRefusedError("no privilege")]))
    with pytest.raises(StoreError, match="no privilege"):
        sender.send_all([MESSAGE])
    assert sender.pauses == []


def test_what_is_too_large_is_the_callers_to_cut() -> None:
    with pytest.raises(MessageTooLargeError):
        ImpatientSender(MemoryKafka(limit=2)).send_all([MESSAGE])
