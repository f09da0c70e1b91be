"""What waits in the compacted topic, counted by what came since the last count."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from marsad.errors import MarsadError
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError, LogGapError
from marsad.kafka.reader import RawMessage
from marsad.scaled.parked_step import ParkedStep, keep_counting

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Topic:
    """Messages by their place, and holes where some were compacted away."""

    def __init__(self) -> None:
        self.messages: list[RawMessage] = []
        self.last = 0
        self.first = 1
        self.error: MarsadError | None = None
        self.read = 0

    def put(self, key: bytes | None, value: bytes | None = b"thing") -> None:
        self.last += 1
        self.messages.append(RawMessage(offset=self.last, at=NOON, key=key, value=value))

    def raw_after(self, offset: int, limit: int, wait: float) -> list[RawMessage]:
        assert offset >= self.first - 1
        assert wait > 0
        self._answer()
        found = [message for message in self.messages if message.offset > offset][: min(limit, 2)]
        self.read += len(found)
        return found

    def first_offset(self) -> int:
        return self.first

    def last_offset(self) -> int:
        self._answer()
        return self.last

    def _answer(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def step(topic: Topic) -> ParkedStep:
    return ParkedStep(topic)


def test_a_topic_that_is_empty_has_nothing_waiting(step: ParkedStep) -> None:
    assert step.count is None
    step.run_once()
    assert step.count == 0


def test_what_was_replayed_waits_no_more_until_it_is_parked_again(topic: Topic, step: ParkedStep) -> None:
    for key in (b"a", b"b", b"a", b"c", None):
        topic.put(key)
    step.run_once()
    assert step.count == 3
    topic.put(b"a", None)
    topic.put(b"never", None)
    step.run_once()
    assert step.count == 2
    topic.put(b"a")
    step.run_once()
    assert step.count == 3


def test_each_message_is_read_once(topic: Topic, step: ParkedStep) -> None:
    topic.put(b"a")
    for _ in range(3):
        step.run_once()
    assert topic.read == 1


def test_what_was_thrown_away_at_the_beginning_is_passed_over(topic: Topic, step: ParkedStep) -> None:
    topic.put(b"a")
    topic.put(b"b")
    topic.messages, topic.first = topic.messages[1:], 2
    step.run_once()
    assert step.count == 1


def test_the_last_count_stands_through_an_outage(topic: Topic, step: ParkedStep) -> None:
    topic.put(b"a")
    step.run_once()
    topic.error = KafkaDownError("down")
    step.run_once()
    assert step.count == 1


def test_half_a_count_is_none(topic: Topic, step: ParkedStep) -> None:
    topic.put(b"a")
    topic.last += 1  # a message that does not come
    step.run_once()
    assert step.count is None


@pytest.mark.parametrize("error", [None, LogGapError("3 is to be read next")])
def test_a_topic_that_was_made_anew_is_counted_anew(topic: Topic, step: ParkedStep, error: MarsadError | None) -> None:
    for key in (b"a", b"b", b"c"):
        topic.put(key)
    step.run_once()
    topic.messages, topic.last, topic.error = [], 0, error
    topic.put(b"d")
    step.run_once()
    topic.error = None
    step.run_once()
    assert step.count == 1


def test_a_refusal_is_told_once_and_no_figure_is(
    topic: Topic, step: ParkedStep, caplog: pytest.LogCaptureFixture
) -> None:
    topic.put(b"a")
    step.run_once()
    topic.error = KafkaRefusedError("the user lacks a privilege")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            step.run_once()
    assert step.count is None
    assert [record.getMessage() for record in caplog.records] == [
        "what is parked cannot be counted: the user lacks a privilege"
    ]
    topic.error = None
    step.run_once()
    assert step.count == 1


def test_it_counts_until_it_is_stopped(topic: Topic, step: ParkedStep) -> None:
    stop = asyncio.Event()

    class Thread:
        async def run(self, call: Callable[[], None]) -> None:
            call()
            stop.set()

    topic.put(b"a")
    asyncio.run(asyncio.wait_for(keep_counting(step, Thread(), stop), 10))  # type: ignore[arg-type]
    assert step.count == 1
