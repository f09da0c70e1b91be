"""A reading worker that reads as titles say, in no time or in much, and loses its patience in seconds.

odd_worker.py FOLDER
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from unit.strategies.story_readings import reading

from marsad.cli import logs
from marsad.cli.watching import stop_on_signals
from marsad.codec import decode_article, encode
from marsad.config import WatchConfig, load
from marsad.errors import DecodeError
from marsad.kafka.quiet import quieten
from marsad.log import ReadingRecord
from marsad.scaled.read_worker import run_read
from marsad.scaled.watchdog import Limits
from stream.reader_pool import Unreadable

LIMITS = Limits(ask_every=1.0, sick=4.0, end=15.0, stop=10.0)
SECONDS = {"hangs": 3_600.0, "slow": 3.0, "steady": 0.02}
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class OddPool:
    """In this process, one after the other."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def read(self, bodies: Sequence[bytes]) -> list[bytes | Unreadable]:
        async with self._turn:
            return [await self._one(body) for body in bodies]

    async def _one(self, body: bytes) -> bytes | Unreadable:
        try:
            article = decode_article(body)
        except DecodeError as error:
            return Unreadable(str(error))
        await asyncio.sleep(SECONDS.get(article.title, 0.0))
        return encode(ReadingRecord(reading=reading(article.id, None, at=NOON)))


@asynccontextmanager
async def odd_pool(_config: WatchConfig) -> AsyncIterator[OddPool]:
    yield OddPool()


async def main(folder: Path) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_read(load(folder), stop, limits=LIMITS, pool=odd_pool)


if __name__ == "__main__":
    logs.set_up(verbose=False)
    quieten()
    asyncio.run(main(Path(sys.argv[1])))
