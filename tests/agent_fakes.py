"""Kafka as agents see it, without Kafka: what is sent stays here, what shall fail fails."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from stream.safe_agent import Delivery, Failure, Outgoing, Received

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class FakeKafka:
    """Takes messages of at most ``limits`` bytes, all of a try or none, once it has been down for ``down`` tries."""

    limits: dict[str, int] = field(default_factory=dict)
    down: int = 0
    durable: list[Outgoing] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    """How many messages each try had."""

    async def send(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
        self.tries.append(len(messages))
        if self.down:
            self.down -= 1
            return [Failure("NotEnoughReplicasError")] * len(messages)
        if any(len(one.value) > self.limits.get(one.topic, 10**9) for one in messages):
            return [Failure("MessageSizeTooLargeError", too_large=True)] * len(messages)
        self.durable += messages
        return [None] * len(messages)

    def of(self, topic: str) -> list[Outgoing]:
        return [one for one in self.durable if one.topic == topic]


@dataclass
class FakeTrouble:
    told: list[tuple[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def met(self, name: str, error: str) -> None:
        self.told.append((name, error))

    def over(self, name: str) -> None:
        self.passed.append(name)


@dataclass
class Pauses:
    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def delivery(kafka: FakeKafka) -> Delivery:
    return Delivery(kafka, FakeTrouble(), "m.parked", pause=Pauses())


def received(
    value: bytes | None, *, topic: str = "m.articles", partition: int = 0, offset: int = 0, key: bytes | None = None
) -> Received:
    return Received(topic=topic, partition=partition, offset=offset, key=key, value=value)
