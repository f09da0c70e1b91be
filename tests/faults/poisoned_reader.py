"""A reading worker with a defect: `python poisoned_reader.py FOLDER`. It breaks on one article in ten."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zlib import crc32

from marsad.article import Article
from marsad.cli import logs
from marsad.cli.watching import stop_on_signals
from marsad.config import WatchConfig, load
from marsad.kafka.quiet import quieten
from marsad.reading import Reading
from marsad.scaled.read_worker import run_read
from stream.reader_pool import ReaderPool
from stream.reading.reader import Reader

ONE_IN = 10


def breaks(link: str) -> bool:
    """By its link, so that the test knows which."""
    return crc32(link.encode()) % ONE_IN == 0


class PoisonedReader:
    def __init__(self) -> None:
        self._reader = Reader.packaged()

    def read(self, article: Article) -> Reading:
        if breaks(article.link):
            raise ZeroDivisionError("the defect")
        return self._reader.read(article)

    def read_many(self, articles: Sequence[Article]) -> list[Reading]:
        return [self.read(article) for article in articles]


@asynccontextmanager
async def poisoned_pool(config: WatchConfig) -> AsyncIterator[ReaderPool]:
    async with ReaderPool(PoisonedReader, 1) as pool:
        yield pool


async def main(folder: Path) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_read(load(folder), stop, pool=poisoned_pool)


if __name__ == "__main__":
    logs.set_up(verbose=False)
    quieten()
    asyncio.run(main(Path(sys.argv[1])))
