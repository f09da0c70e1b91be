"""The log on Kafka: times that never decrease, bytes as they are, and appends that say when they failed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from marsad.codec import encode
from marsad.kafka.producer import Message
from marsad.kafka.reader import PartitionReader
from marsad.kafka_log import KafkaLog
from marsad.log import RawEntry, Tick

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Partition:
    """Entries at given seconds, and what was appended."""

    def __init__(self, *seconds: int) -> None:
        self.entries = [
            RawEntry(offset=offset, at=NOON + timedelta(seconds=at), body=b"x") for offset, at in enumerate(seconds, 1)
        ]
        self.sent: list[Message] = []

    def after(self, offset: int, limit: int, wait: float) -> list[RawEntry]:
        assert wait > 0
        return self.entries[offset : offset + limit]

    def last_offset(self) -> int:
        return len(self.entries)

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        assert within > 0
        self.sent += messages


def log_of(partition: Partition, at: datetime | None = None) -> KafkaLog:
    return KafkaLog(cast("PartitionReader", partition), partition, "marsad.log", at)


def seconds(entries: Sequence[RawEntry]) -> list[float]:
    return [(entry.at - NOON).total_seconds() for entry in entries]


def test_its_time_never_decreases() -> None:
    log = log_of(Partition(5, 3, 7, 6))
    assert seconds(log.after(0, 2)) == [5, 5]
    assert seconds(log.after(2, 9)) == [7, 7]
    assert log.last_at() == NOON + timedelta(seconds=7)


def test_a_watch_that_starts_in_the_middle_sees_the_same_times() -> None:
    assert seconds(log_of(Partition(5, 3, 4), at=NOON + timedelta(seconds=5)).after(1, 9)) == [5, 5]


def test_records_are_appended_as_they_are_stored_embedded() -> None:
    partition = Partition()
    log_of(partition).append([Tick(minute=NOON)], NOON)
    (message,) = partition.sent
    assert (message.topic, message.key, message.value) == ("marsad.log", None, encode(Tick(minute=NOON)))


def test_it_knows_its_end() -> None:
    assert log_of(Partition(1, 2)).last_offset() == 2
