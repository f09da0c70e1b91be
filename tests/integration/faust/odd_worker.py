"""A reading worker that reads as titles say, in no time or in much, and loses its patience in seconds.

odd_worker.py FOLDER

With ODD_KILL="slice 2" or "batch 1" in the environment it kills itself (SIGKILL) when so many are sent, and before
they count as done. ODD_SLOW: seconds that a slow one takes.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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
from stream.read_agent import ReadAgent
from stream.reader_pool import Unreadable
from stream.safe_agent import Delivery

LIMITS = Limits(ask_every=1.0, sick=4.0, end=15.0, stop=10.0)
SECONDS = {"hangs": 3_600.0, "slow": float(os.environ.get("ODD_SLOW", "3")), "steady": 0.02}
SENT = {"slice": (Delivery, "deliver"), "batch": (ReadAgent, "__call__")}
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
        if article.title == "slow":
            logging.getLogger("marsad.odd").info("a slow one is in hand")
        await asyncio.sleep(SECONDS.get(article.title, 0.0))
        return encode(ReadingRecord(reading=reading(article.id, None, at=NOON)))


@asynccontextmanager
async def odd_pool(_config: WatchConfig) -> AsyncIterator[OddPool]:
    yield OddPool()


def kill_when_sent(what: str, left: int) -> None:
    owner, name = SENT[what]
    original = getattr(owner, name)

    async def sent(*arguments: Any) -> Any:
        nonlocal left
        result = await original(*arguments)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, sent)


async def main(folder: Path) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_read(load(folder), stop, limits=LIMITS, pool=odd_pool)


if __name__ == "__main__":
    logs.set_up(verbose=False)
    quieten()
    if kill := os.environ.get("ODD_KILL", ""):
        kill_when_sent(kill.split()[0], int(kill.split()[1]))
    asyncio.run(main(Path(sys.argv[1])))
