"""What a person does to a scaled-out Marsad from any machine that reaches Kafka: no watch's disk is needed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from marsad.codec import decode, decode_article, encode
from marsad.config import kafka_access
from marsad.errors import DecodeError, MarsadError, StaysParkedError
from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError, MessageTooLargeError
from marsad.kafka.producer import Message, Producer, partition_of
from marsad.kafka.reader import PartitionReader, RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.kafka_log import APPENDED_WITHIN, SCHEMA_HEADER
from marsad.log import Acknowledge, Record
from marsad.parked import ParkedThing
from marsad.settings import kafka_section, settings_of

_BATCH: Final = 500
_WAIT: Final = 5.0
_BEHIND_THE_LOG: Final = ("fold", "judge")
UNKNOWN: Final = "unknown"
"""The step of what is parked in a form that this release does not know."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parked thing under its key, which is its own id but where something else wrote it."""

    key: bytes
    thing: ParkedThing

    @property
    def id(self) -> str:
        """The key as people name it: no two have the same."""
        return self.key.decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Commands:
    """Kafka, for one command."""

    access: KafkaAccess
    topics: Topics
    producer: Producer

    @classmethod
    @contextmanager
    def of(cls, folder: Path) -> Iterator[Self]:
        """By the watch's configuration. Raises ConfigError."""
        settings = settings_of(folder)
        access = kafka_access(folder, settings)
        producer = Producer(access)
        try:
            yield cls(access, Topics(kafka_section(folder, settings).prefix), producer)
        finally:
            producer.close()

    def acknowledge(self, record: Acknowledge) -> None:
        """Take an alert. Raises MarsadError where there is none of that id."""
        key = record.alert.encode()
        with Admin(self.access) as admin:
            partitions = admin.partitions([self.topics.alerts])[self.topics.alerts]
        if key not in latest(self._messages(self.topics.alerts, partition_of(key, partitions))):
            raise MarsadError(f"there is no alert {record.alert!r}: messages and the search index have the ids")
        self._append(record)

    def parked(self) -> list[Waiting]:
        """What waits to be replayed, the oldest first."""
        found = latest(self._messages(self.topics.parked, 0)).items()
        waiting = [Waiting(key, _thing(message)) for key, message in found]
        return sorted(waiting, key=lambda one: (one.thing.at, one.key))

    def replay(self, waiting: Waiting) -> str:
        """Give a parked thing back to its step; what was done. Raises StaysParkedError where that cannot be.

        Twice given back is harmless (ids are deterministic), so it is given back before it is marked.
        """
        given_back, told = self._given_back(waiting)
        try:
            self.producer.send_all([given_back], APPENDED_WITHIN)
        except MessageTooLargeError as error:
            raise StaysParkedError(f"{waiting.id}: it stays parked: {error}") from error
        self.drop(waiting)
        return f"{waiting.id}: {told}"

    def could_be_replayed(self, waiting: Waiting) -> bool:
        """Whether there is a step to give the thing back to, as far as it can be known without doing it."""
        try:
            self._given_back(waiting)
        except StaysParkedError:
            return False
        return True

    def drop(self, waiting: Waiting) -> None:
        """Forget a parked thing for ever: a tombstone, which whoever reads the topic follows."""
        mark = Message(topic=self.topics.parked, key=waiting.key, value=None, headers=(SCHEMA_HEADER,))
        self.producer.send_all([mark], APPENDED_WITHIN)

    def _given_back(self, waiting: Waiting) -> tuple[Message, str]:
        thing = waiting.thing
        if thing.step in _BEHIND_THE_LOG:
            return self._message(self.topics.log, thing.body, None), "appended to the log again"
        if thing.step == "read":
            try:
                article = decode_article(thing.body)
            except DecodeError as error:
                raise StaysParkedError(
                    f"{waiting.id}: it cannot be read this time either, and stays parked: {error}"
                ) from error
            key = article.source.feed.encode()
            return self._message(self.topics.articles, thing.body, key), f"article {article.id} waits to be read again"
        if thing.step == UNKNOWN:
            raise StaysParkedError(f"{waiting.id}: {thing.error}")
        topic = thing.origin.partition("/")[0]
        if not topic.startswith(self.topics.prefix):
            raise StaysParkedError(
                f"{waiting.id}: it came from {thing.origin or 'nowhere'}, which is no topic of this Marsad"
            )
        return self._message(topic, thing.body, thing.key), "waits to be indexed again"

    def _append(self, record: Record) -> None:
        self.producer.send_all([self._message(self.topics.log, encode(record), None)], APPENDED_WITHIN)

    def _message(self, topic: str, value: bytes, key: bytes | None) -> Message:
        return Message(topic=topic, value=value, key=key, headers=(SCHEMA_HEADER,))

    def _messages(self, topic: str, partition: int) -> Iterator[RawMessage]:
        """Everything that a partition holds now."""
        reader = PartitionReader(self.access, topic, partition)
        try:
            offset, last = reader.first_offset() - 1, reader.last_offset()
            while offset < last:
                found = reader.raw_after(offset, _BATCH, _WAIT)
                if not found:
                    raise KafkaDownError(f"topic {topic}: its messages do not come")
                yield from found
                offset = found[-1].offset
        finally:
            reader.close()


def latest(messages: Iterator[RawMessage]) -> Mapping[bytes, RawMessage]:
    """Of each key the newest message; keys that were deleted are not there."""
    found: dict[bytes, RawMessage] = {}
    for message in messages:
        if message.key is None:
            continue
        if message.value is None:
            found.pop(message.key, None)
        else:
            found[message.key] = message
    return found


def _thing(message: RawMessage) -> ParkedThing:
    """Also of what a newer release parked: one such must not hide all others."""
    body = message.value or b""
    try:
        return decode(ParkedThing, body)
    except DecodeError as error:
        subject = (message.key or b"").decode("utf-8", "replace")
        return ParkedThing(step=UNKNOWN, subject=subject, at=message.at, error=str(error), body=body)
