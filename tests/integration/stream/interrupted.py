"""A process that reads while its whole group is being interrupted, as Ctrl-C in a terminal does."""

import asyncio
import signal
from datetime import UTC, datetime

from integration.stream.odd_reader import build

from marsad.article import Article, Source
from marsad.codec import encode
from stream.reader_pool import CHUNK, ReaderPool

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
seen: list[int] = []


async def main() -> None:
    body = encode(Article(id="a", source=Source(feed="f"), title="", observed_at=NOON))
    async with ReaderPool(build, 2) as pool:
        results = await pool.read([body] * 2 * CHUNK)
    print(f"read {sum(isinstance(one, bytes) for one in results) // CHUNK}{', interrupted' * bool(seen)}")


if __name__ == "__main__":
    # A handler and not SIG_IGN, which the workers would inherit.
    signal.signal(signal.SIGINT, lambda number, _frame: seen.append(number))
    print("starting", flush=True)
    asyncio.run(main())
