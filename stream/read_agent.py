"""Reading on Kafka: articles in; records for the log, and readings with their text for the index, out."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from marsad.article import joined_text
from marsad.codec import decode_article, with_text
from marsad.errors import DecodeError
from marsad.parked import ParkedThing
from stream.reader_pool import Unreadable
from stream.safe_agent import Delivery, Outgoing, Received

STEP: Final = "read"
SLICE: Final = 10
"""Articles that the pool is given at a time: each slice that comes back shows that reading goes on."""


class Reads(Protocol):
    """What is needed of the reading processes."""

    async def read(self, bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
        """Encoded articles to encoded records, in order."""


@dataclass(frozen=True, slots=True)
class ReadAgent:
    """A batch of articles, read and sent on, or put aside."""

    pool: Reads
    delivery: Delivery
    log_topic: str
    readings_topic: str
    clock: Callable[[], datetime]
    worked: Callable[[Sequence[Received]], None] = lambda _part: None
    """Hears of each part of a batch that is read."""

    async def __call__(self, batch: Sequence[Received]) -> None:
        """On return each article is durable elsewhere: sent on or parked. Raises CannotParkError.

        What is read is sent, in order, while the rest is still being read.
        """
        slices = [batch[start : start + SLICE] for start in range(0, len(batch), SLICE)]
        reading = [asyncio.ensure_future(self._read(part)) for part in slices]
        for part, read in zip(slices, reading, strict=True):
            await self._send(part, await read)
        self.delivery.tally.received += len(batch)

    async def _send(self, part: Sequence[Received], read: Sequence[bytes | Unreadable]) -> None:
        """An article's two messages, or why there are none."""
        outgoing: list[tuple[Received, Outgoing]] = []
        failed: list[tuple[Received, str]] = []
        for received, result in zip(part, read, strict=True):
            if isinstance(result, Unreadable):
                failed.append((received, result.error))
            else:
                outgoing += [(received, message) for message in self._messages(received, result)]
        refused = await self.delivery.deliver([message for _received, message in outgoing])
        failed += [(outgoing[place][0], reason) for place, reason in refused]
        await self.delivery.park([parked(received, reason, self.clock()) for received, reason in failed])

    async def _read(self, part: Sequence[Received]) -> list[bytes | Unreadable]:
        read = await self.pool.read([one.value or b"" for one in part])
        self.worked(part)
        return read

    def _messages(self, received: Received, record: bytes) -> tuple[Outgoing, Outgoing]:
        """The log's comes first: an alert waits for nothing that the index needs."""
        article = decode_article(received.value or b"")
        whole = with_text(record, joined_text("", article.summary, article.body))
        return (
            Outgoing(topic=self.log_topic, value=record),
            Outgoing(topic=self.readings_topic, key=article.id.encode(), value=whole),
        )


def parked(received: Received, error: str, now: datetime) -> ParkedThing:
    """An article put aside; what names no article is named by where it stands."""
    body = received.value or b""
    return ParkedThing(
        step=STEP, subject=_subject(received, body), at=now, error=error, body=body, origin=received.origin
    )


def _subject(received: Received, body: bytes) -> str:
    try:
        return decode_article(body).id
    except DecodeError:
        return received.origin
