"""The reader's own logic, over a client that answers as kafka-python's does."""

from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self

import pytest
from kafka import errors

from marsad.kafka import reader as module
from marsad.kafka.errors import KafkaDownError, LogGapError, TopicMissingError
from marsad.kafka.reader import QUIET_SECONDS, PartitionReader, RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.log import RawEntry

ACCESS = KafkaAccess(("broker:9092",))
Record = namedtuple("Record", "offset timestamp key value headers")  # noqa: PYI024  as kafka-python's


def record(offset: int, value: bytes | None = b"v", **more: Any) -> Record:
    return Record(**{"offset": offset, "timestamp": 1_000 + offset, "key": None, "value": value, "headers": []} | more)


class Topic:
    """A partition with the records that are left of it, and every client that was made to read it."""

    def __init__(self) -> None:
        self.first, self.end = 0, 0
        self.records: dict[int, Record] = {}
        self.seeks: list[int] = []
        self.clients = 0
        self.asked = 0
        self.down = self.missing = self.hangs = False

    def write(self, *records: Record) -> None:
        self.records |= {record.offset: record for record in records}
        self.end = max(self.records) + 1

    def connect(self, access: KafkaAccess, within: float, make: Callable[..., Any], **settings: Any) -> "Client":
        assert settings["group_id"] is None
        assert settings["auto_offset_reset"] == "none"
        if self.down:
            raise KafkaDownError("gone")
        self.clients += 1
        self.hangs = self.hangs and self.clients < 2
        return Client(self)

    def __call__(self, access: KafkaAccess, within: float) -> Self:
        """The connection for questions."""
        if self.down:
            raise KafkaDownError("gone")
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def partitions(self, names: list[str]) -> None:
        if self.missing:
            raise TopicMissingError(names[0])


class Client:
    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.position = -1
        self.place: Any = None

    def assign(self, places: list[Any]) -> None:
        (self.place,) = places

    def seek(self, place: Any, offset: int) -> None:
        self.topic.seeks.append(offset)
        self.position = offset

    def poll(self, timeout_ms: int, max_records: int) -> dict[Any, list[Record]]:
        topic = self.topic
        if topic.down or topic.missing or topic.hangs:
            return {}
        if not topic.first <= self.position <= topic.end:
            raise errors.OffsetOutOfRangeError({self.place: self.position})
        found = [topic.records[at] for at in range(self.position, topic.end) if at in topic.records][:max_records]
        if found:
            self.position = found[-1].offset + 1
        return {self.place: found} if found else {}

    def end_offsets(self, places: list[Any], timeout_ms: int) -> dict[Any, int]:
        return self._answer(self.topic.end)

    def beginning_offsets(self, places: list[Any], timeout_ms: int) -> dict[Any, int]:
        return self._answer(self.topic.first)

    def _answer(self, offset: int) -> dict[Any, int]:
        self.topic.asked += 1
        if self.topic.down or self.topic.missing:
            raise errors.KafkaTimeoutError("Failed to get offsets")
        return {self.place: offset}

    def close(self, *, autocommit: bool, timeout_ms: int) -> None:
        pass


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Topic:
    made = Topic()
    monkeypatch.setattr(module, "connect", made.connect)
    monkeypatch.setattr(module, "Admin", made)
    monkeypatch.setattr(module, "KafkaConsumer", Client)
    return made


@pytest.fixture
def clock() -> list[float]:
    return [1_000.0]


@pytest.fixture
def reader(topic: Topic, clock: list[float]) -> PartitionReader:
    return PartitionReader(ACCESS, "t", clock=lambda: clock[0])


def offsets(entries: list[RawEntry]) -> list[int]:
    return [entry.offset for entry in entries]


def test_an_entry_has_marsads_offset_and_the_records_time(topic: Topic, reader: PartitionReader) -> None:
    topic.write(record(0, b"a", timestamp=1_764_025_200_123))
    assert reader.after(0, 10, 1) == [
        RawEntry(offset=1, at=datetime(2025, 11, 24, 23, 0, 0, 123_000, tzinfo=UTC), body=b"a")
    ]


def test_a_time_that_nobody_can_mean_is_held_within_the_calendar(topic: Topic, reader: PartitionReader) -> None:
    topic.write(record(0, timestamp=-1), record(1, timestamp=1 << 62))
    first, second = reader.after(0, 10, 1)
    assert (first.at.year, second.at.year) == (1970, 9999)


def test_it_reads_on_without_seeking_and_seeks_where_it_is_told_to(topic: Topic, reader: PartitionReader) -> None:
    topic.write(*(record(at) for at in range(5)))
    assert offsets(reader.after(0, 2, 1)) == [1, 2]
    assert offsets(reader.after(2, 2, 1)) == [3, 4]
    assert topic.seeks == [0]
    assert offsets(reader.after(1, 2, 1)) == [2, 3]
    assert topic.seeks == [0, 1]


def test_a_record_without_a_value_has_its_place_in_the_log(topic: Topic, reader: PartitionReader) -> None:
    topic.write(record(0, None))
    assert reader.after(0, 1, 1)[0].body == b""


def test_a_hole_is_an_error_in_the_log_and_as_it_should_be_where_topics_are_compacted(
    topic: Topic, reader: PartitionReader
) -> None:
    topic.write(record(0), record(3, None, key=b"k", headers=[("h", b"1")]))
    with pytest.raises(LogGapError, match=r"topic t lacks the records 2 to 3: .*cleanup.policy"):
        reader.after(0, 10, 1)
    found = reader.raw_after(0, 10, 1)
    assert [message.offset for message in found] == [1, 4]
    at = datetime(1970, 1, 1, 0, 0, 1, 3_000, tzinfo=UTC)
    assert found[1] == RawMessage(offset=4, at=at, key=b"k", value=None, headers=(("h", b"1"),))
    topic.write(record(4))
    assert [message.offset for message in reader.raw_after(4, 10, 1)] == [5]


def test_a_hole_before_the_first_record_is_one_too(topic: Topic, reader: PartitionReader) -> None:
    topic.write(record(2))
    with pytest.raises(LogGapError, match="lacks the records 1 to 2"):
        reader.after(0, 10, 1)


def test_what_was_thrown_away_is_told(topic: Topic, reader: PartitionReader) -> None:
    topic.write(*(record(at) for at in range(10)))
    topic.first = 5
    with pytest.raises(LogGapError, match=r"holds the records 6 to 10, and 3 is to be read next: .*retention.ms"):
        reader.after(2, 10, 1)
    assert offsets(reader.after(5, 10, 1)) == [6, 7, 8, 9, 10]


def test_another_clusters_topic_is_told(topic: Topic, reader: PartitionReader) -> None:
    topic.write(record(0))
    with pytest.raises(LogGapError, match=r"holds the records 1 to 1, and 7 were read already: .*another topic"):
        reader.after(7, 10, 1)


def test_first_and_last(topic: Topic, reader: PartitionReader) -> None:
    assert (reader.first_offset(), reader.last_offset()) == (1, 0)
    topic.write(*(record(at) for at in range(10)))
    topic.first = 4
    assert (reader.first_offset(), reader.last_offset()) == (5, 10)


def test_silence_is_not_asked_about_at_every_turn(topic: Topic, reader: PartitionReader, clock: list[float]) -> None:
    assert reader.after(0, 10, 1) == []
    asked = topic.asked
    clock[0] += QUIET_SECONDS - 1
    assert reader.after(0, 10, 1) == []
    assert topic.asked == asked
    clock[0] += 1
    assert reader.after(0, 10, 1) == []
    assert topic.asked == asked + 1


def test_a_missing_topic_is_told_at_the_first_call(topic: Topic, reader: PartitionReader) -> None:
    topic.missing = True
    with pytest.raises(TopicMissingError):
        reader.after(0, 10, 1)


def test_an_outage_is_told_and_passes(topic: Topic, reader: PartitionReader, clock: list[float]) -> None:
    topic.write(record(0))
    assert offsets(reader.after(0, 10, 1)) == [1]
    topic.down = True
    assert reader.after(1, 10, 1) == []
    clock[0] += QUIET_SECONDS
    for _ in range(3):
        with pytest.raises(KafkaDownError):
            reader.after(1, 10, 1)
    topic.down = False
    topic.write(record(1))
    assert offsets(reader.after(1, 10, 1)) == [2]


def test_a_client_that_hangs_though_kafka_is_well_is_made_anew(
    topic: Topic, reader: PartitionReader, clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    topic.write(record(0))
    topic.hangs = True
    for _ in range(2):
        assert reader.after(0, 10, 1) == []
        clock[0] += QUIET_SECONDS
    assert "connecting anew" in caplog.text
    assert offsets(reader.after(0, 10, 1)) == [1]
    assert topic.clients == 2


def test_a_topic_that_was_made_anew_is_told_though_no_record_comes(
    topic: Topic, reader: PartitionReader, clock: list[float]
) -> None:
    topic.write(record(0))
    topic.hangs = True
    clock[0] += QUIET_SECONDS
    with pytest.raises(LogGapError, match="4 were read already"):
        reader.after(4, 10, 1)


def test_closing_may_be_asked_twice_and_reading_goes_on(topic: Topic, reader: PartitionReader) -> None:
    topic.write(record(0))
    reader.after(0, 10, 1)
    reader.close()
    reader.close()
    assert offsets(reader.after(0, 10, 1)) == [1]
