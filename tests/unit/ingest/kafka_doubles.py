"""A Kafka of two topics in memory, with faults on demand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingest.kafka_inbox import KafkaInbox
from ingest.steady_sender import SteadySender
from marsad.article import Article
from marsad.codec import decode_article
from marsad.errors import MarsadError
from marsad.kafka.errors import MessageTooLargeError
from marsad.kafka.producer import Message
from marsad.kafka.reader import RawMessage
from marsad.kafka.topics import Topics

TOPICS = Topics("t.")
NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)


@dataclass
class MemoryKafka:
    sent: list[Message] = field(default_factory=list)
    errors: list[MarsadError] = field(default_factory=list)
    """Raised by the next calls, one each."""
    limit: int = 1_000_000
    calls: list[list[Message]] = field(default_factory=list)

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        assert within > 0
        self.calls.append(list(messages))
        if self.errors:
            raise self.errors.pop(0)
        large = [(n, one.topic, one.size) for n, one in enumerate(messages) if one.size > self.limit]
        self.sent += [one for one in messages if one.size <= self.limit]
        if large:
            raise MessageTooLargeError(large, self.limit)

    def articles(self) -> list[Article]:
        return [decode_article(one.value or b"") for one in self.sent if one.topic == TOPICS.articles]

    def state_messages(self) -> list[Message]:
        return [one for one in self.sent if one.topic == TOPICS.feed_state]

    def first_offset(self) -> int:
        return 1

    def last_offset(self) -> int:
        return len(self.state_messages())

    def raw_after(self, offset: int, limit: int, wait: float) -> list[RawMessage]:
        found = self.state_messages()[offset : offset + 2]
        return [RawMessage(offset=offset + n + 1, at=NOW, key=one.key, value=one.value) for n, one in enumerate(found)]


@dataclass
class FakeShare:
    partition: int = 3
    lost: bool = False
    held: list[bool] = field(default_factory=list)
    """Answers to come; then it is held as long as it is not lost."""

    def holds(self) -> bool:
        return self.held.pop(0) if self.held else not self.lost


class ImpatientSender(SteadySender):
    """Notes its pauses in place of making them."""

    def __init__(self, kafka: MemoryKafka) -> None:
        super().__init__(kafka)
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return super().pause(0)


def inbox_on(kafka: MemoryKafka, share: FakeShare | None = None) -> KafkaInbox:
    """As a process that has just got the partition has it."""
    inbox = KafkaInbox(ImpatientSender(kafka), TOPICS, share or FakeShare())
    inbox.load(kafka)
    return inbox
