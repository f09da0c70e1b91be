"""Reads one partition from an offset on. No consumer group: whoever reads keeps its own position."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from time import monotonic
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition, errors

from marsad.kafka.admin import Admin
from marsad.kafka.client import connect, tell_of_slow_checksums, told
from marsad.kafka.errors import KafkaDownError, LogGapError
from marsad.kafka.producer import Header
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.times import written_at
from marsad.log import RawEntry

QUIET_SECONDS: Final = 5.0
"""After so long without a record it is asked whether there is one: a broken connection too gives none."""
ANSWER_SECONDS: Final = 5.0
_SETTINGS: Final[dict[str, Any]] = {
    "group_id": None,
    "enable_auto_commit": False,
    "auto_offset_reset": "none",  # a hole must be seen
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message of a keyed topic in its place. ``offset`` is Marsad's; ``value`` None is a tombstone."""

    offset: int
    at: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


class PartitionReader:
    """One partition. Offsets are Marsad's: Kafka's + 1, so that 0 means that nothing was read. One thread at a time.

    Marsad's offset of the last record read is therefore Kafka's offset of the next.
    """

    def __init__(
        self, access: KafkaAccess, topic: str, partition: int = 0, clock: Callable[[], float] = monotonic
    ) -> None:
        """Connects at the first call, not here."""
        self._access = access
        self._place = TopicPartition(topic, partition)
        self._clock = clock
        self._client: KafkaConsumer | None = None
        self._position = -1
        self._asked_at = -QUIET_SECONDS
        self._behind = -1
        tell_of_slow_checksums()

    def after(self, offset: int, limit: int, wait: float) -> list[RawEntry]:
        """At most ``limit`` records behind ``offset``, in order, without a hole; waits ``wait`` seconds for the first.

        Raises LogGapError where the record behind ``offset`` is not there any more, or never was; KafkaDownError where
        no broker answers (it goes on by itself: call again); KafkaRefusedError, TopicMissingError.
        """
        records = self._records(offset, limit, wait)
        places = [offset - 1, *(record.offset for record in records)]
        for before, place in pairwise(places):
            if place != before + 1:
                raise LogGapError(
                    f"topic {self._place.topic} lacks the records {before + 2} to {place}: they were thrown away. "
                    "Is its cleanup.policy delete? `marsad kafka setup --check` tells"
                )
        return [
            RawEntry(offset=record.offset + 1, at=written_at(record.timestamp), body=record.value or b"")
            for record in records
        ]

    def raw_after(self, offset: int, limit: int, wait: float) -> list[RawMessage]:
        """As ``after``, with keys and headers; holes are as they should be where a topic is compacted."""
        return [
            RawMessage(
                offset=record.offset + 1,
                at=written_at(record.timestamp),
                key=record.key,
                value=record.value,
                headers=tuple(record.headers),
            )
            for record in self._records(offset, limit, wait)
        ]

    def first_offset(self) -> int:
        """Of the first record that is there; ``last_offset() + 1`` where there is none. Raises as ``after``."""
        return self._asked(KafkaConsumer.beginning_offsets) + 1

    def last_offset(self) -> int:
        """Of the last record that is there; 0 where there never was one. Raises as ``after``."""
        return self._asked(KafkaConsumer.end_offsets)

    def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.close(autocommit=False, timeout_ms=1_000)
            except errors.KafkaError as error:
                _log.debug("a connection to Kafka ended with: %s", error)

    def _records(self, offset: int, limit: int, wait: float) -> Sequence[Any]:
        with self._given_up_if_it_fails():
            client = self._connected()
            if offset != self._position:
                client.seek(self._place, offset)
                self._position = offset
            try:
                found = client.poll(timeout_ms=int(wait * 1_000), max_records=limit).get(self._place, [])
            except (errors.OffsetOutOfRangeError, errors.LogTruncationError) as error:
                raise self._gap(offset) from error
            if found:
                self._position = found[-1].offset + 1
                self._asked_at = self._clock()
            elif self._clock() - self._asked_at >= QUIET_SECONDS:
                self._ask_whether_there_is_more(offset)
            return list(found)

    def _ask_whether_there_is_more(self, offset: int) -> None:
        """Nothing came for a while: because there is nothing, because nobody answers, or because the client hangs."""
        last = self.last_offset()
        if last < offset:
            raise self._gap(offset)
        if last > offset and self._behind == offset:
            _log.warning("no record of topic %s comes though there are some: connecting anew", self._place.topic)
            self.close()
        self._behind = offset if last > offset else -1

    def _gap(self, offset: int) -> LogGapError:
        first, last = self.first_offset(), self.last_offset()
        where = f"topic {self._place.topic} ({self._access.brokers}) holds the records {first} to {last}"
        if last < offset:
            return LogGapError(
                f"{where}, and {offset} were read already: this is another topic than the one that was read. Point "
                "`kafka.bootstrap` and `kafka.prefix` to that one, or begin with an empty data folder"
            )
        return LogGapError(
            f"{where}, and {offset + 1} is to be read next: it was thrown away. Restore a newer backup, and "
            "see that the topic's retention.ms is -1: `marsad kafka setup --check` tells"
        )

    def _asked(self, question: Callable[..., dict[TopicPartition, int]]) -> int:
        with self._given_up_if_it_fails():
            answer = question(self._connected(), [self._place], timeout_ms=int(ANSWER_SECONDS * 1_000))
            self._asked_at = self._clock()
            return answer[self._place]

    def _connected(self) -> KafkaConsumer:
        if self._client is None:
            self._client = connect(self._access, ANSWER_SECONDS, KafkaConsumer, **_SETTINGS)
            self._client.assign([self._place])
            self._position = -1
        return self._client

    @contextmanager
    def _given_up_if_it_fails(self) -> Iterator[None]:
        """The next call connects anew."""
        try:
            yield
        except (KafkaDownError, LogGapError):
            self.close()
            raise
        except errors.KafkaError as error:
            self.close()
            if isinstance(error, errors.KafkaTimeoutError):
                # The client waits for a topic that is missing as for one whose broker does not answer.
                with Admin(self._access, ANSWER_SECONDS) as admin:
                    admin.partitions([self._place.topic])
            raise told(error, self._access, self._place.topic) from error
