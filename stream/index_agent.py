"""Indexing on Kafka: what other stages publish becomes documents; what the index will never take is put aside."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from marsad.alert import Alert, LedgerEntry
from marsad.codec import decode
from marsad.errors import DecodeError
from marsad.parked import ParkedThing
from marsad.reading import WholeReading
from marsad.story import Story
from stream.index.elastic_documents import Documents
from stream.index.elastic_operation import Operation, Rejected
from stream.index.protocol import Indexed
from stream.safe_agent import Delivery, Received

STEP: Final = "index"

Convert = Callable[[Received], Operation]
"""Raises DecodeError."""

log = logging.getLogger(__name__)


class Writes(Protocol):
    """What is needed of the index."""

    async def put(self, operations: Sequence[Operation]) -> list[Rejected]:
        """Write, waiting as long as it takes; those that will never be taken."""


@dataclass(frozen=True, slots=True)
class IndexAgent:
    """A batch of messages, indexed or put aside."""

    index: Writes
    delivery: Delivery
    converts: Mapping[str, Convert]
    """By topic."""
    clock: Callable[[], datetime]
    worked: Callable[[Sequence[Received]], None] = lambda _batch: None

    async def __call__(self, batch: Sequence[Received]) -> None:
        """On return each message is in the index or parked. Raises CannotParkError, and what ``put`` raises."""
        made: dict[tuple[str, str, int], Received] = {}
        operations: list[Operation] = []
        failed: list[tuple[Received, str, str]] = []
        for received in batch:
            try:
                operation = self.converts[received.topic](received)
            except Exception as error:  # noqa: BLE001  whatever one message does to it, the next one is indexed
                failed.append((received, received.origin, _told(error)))
            else:
                operations.append(operation)
                made[_name(operation)] = received
        # Of two versions of one document the newer one is to be replayed, in whatever order they came.
        for rejected in sorted(await self.index.put(operations), key=lambda one: _name(one.operation)):
            kind, id_, _version = name = _name(rejected.operation)
            failed.append((made[name], f"{kind}/{id_}", rejected.reason))
        await self._put_aside(failed)
        self.delivery.tally.received += len(batch)
        self.worked(batch)

    async def _put_aside(self, failed: Sequence[tuple[Received, str, str]]) -> None:
        """What is parked already is not parked again: its index entry would be refused again, and so without end."""
        things: dict[str, ParkedThing] = {}
        for received, subject, reason in failed:
            if received.topic == self.delivery.parked_topic:
                log.error("%s stays parked, but the index does not show it: %s", received.key, reason)
                continue
            thing = ParkedThing(
                step=STEP,
                subject=subject,
                at=self.clock(),
                error=reason,
                body=received.value or b"",
                origin=received.origin,
                key=received.key,
            )
            things[thing.id] = thing
        await self.delivery.park(list(things.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The topics that are indexed."""

    readings: str
    stories: str
    alerts: str
    ledger: str
    parked: str


def converts(sources: Sources, documents: Documents, indexed: Callable[[WholeReading], Indexed]) -> dict[str, Convert]:
    """What is made of a message of each topic."""

    def put_aside(received: Received) -> Operation:
        key = (received.key or b"").decode("utf-8", "backslashreplace")  # as `marsad parked list` has it
        # Its one partition has the order in which things were parked and taken back; an operator's clock may lag.
        if received.value is None:
            return documents.no_longer_parked(key, received.offset)
        return documents.parked(key, decode(ParkedThing, received.value), received.offset)

    return {
        sources.readings: lambda received: documents.article(indexed(decode(WholeReading, _value(received)))),
        sources.stories: lambda received: documents.story(decode(Story, _value(received))),
        sources.alerts: lambda received: documents.alert(decode(Alert, _value(received))),
        sources.ledger: lambda received: documents.ledger(decode(LedgerEntry, _value(received))),
        sources.parked: put_aside,
    }


def _value(received: Received) -> bytes:
    return received.value or b""


def _name(operation: Operation) -> tuple[str, str, int]:
    return str(operation.place.kind), operation.id, operation.version or 0


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, DecodeError) else f"{type(error).__name__}: {error}"
