"""The log on Kafka: one partition, many writers, and the same calls as the embedded log's table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec.structs import replace

from marsad.codec import MAJOR, MINOR, encode
from marsad.kafka.producer import Message
from marsad.kafka.reader import PartitionReader
from marsad.log import RawEntry, Record

SCHEMA_HEADER: Final = ("schema-version", f"{MAJOR}.{MINOR}".encode())
APPENDED_WITHIN: Final = 10.0
"""Seconds after which an append is given up: it may be in the log all the same."""


class Sends(Protocol):
    """What is needed of a producer."""

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        """Durable when it returns."""


class KafkaLog:
    """Read by one thread, from where the fold stands on; appended to by any."""

    def __init__(
        self, reader: PartitionReader, producer: Sends, topic: str, at: datetime | None, wait: float = 0.5
    ) -> None:
        """``at`` is the log's time where reading goes on; ``wait``: seconds that a reader waits for the next entry."""
        self._reader = reader
        self._producer = producer
        self._topic = topic
        self._at = at
        self._wait = wait

    def after(self, offset: int, limit: int) -> list[RawEntry]:
        """Up to ``limit`` entries behind ``offset``, in order; call it with the last one's offset each time.

        Their time never decreases: brokers' clocks differ a little, and another one may lead the partition by now.
        Every watch reads every entry, so every watch sees the same times. Raises what PartitionReader raises.
        """
        entries = []
        for entry in self._reader.after(offset, limit, self._wait):
            self._at = max(self._at or entry.at, entry.at)
            entries.append(entry if entry.at == self._at else replace(entry, at=self._at))
        return entries

    def append(self, records: Sequence[Record], now: datetime) -> None:  # noqa: ARG002  the broker stamps the time
        """Durable on return. Raises KafkaDownError."""
        self.append_bodies([encode(record) for record in records])

    def append_bodies(self, bodies: Sequence[bytes], within: float = APPENDED_WITHIN) -> None:
        """Encoded records, as ``append``."""
        messages = [Message(topic=self._topic, value=body, headers=(SCHEMA_HEADER,)) for body in bodies]
        self._producer.send_all(messages, within)

    def last_at(self) -> datetime | None:
        """The log's time as far as it was read."""
        return self._at

    def last_offset(self) -> int:
        """The offset of the newest entry; 0 for an empty log. Raises KafkaDownError."""
        return self._reader.last_offset()
