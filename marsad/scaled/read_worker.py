"""`marsad worker read`: articles from Kafka, read in processes, to the log and to the index's topic."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from marsad.config import WatchConfig
from marsad.kafka.topics import Topics
from marsad.scaled.watchdog import Limits
from marsad.scaled.worker import Bench, Stage, Work, digest, run_worker
from marsad.settings import kafka_section
from marsad.wiring import reader_factory, utc_now
from stream.read_agent import ReadAgent, Reads
from stream.reader_pool import ReaderPool

OpenPool = Callable[[WatchConfig], AbstractAsyncContextManager[Reads]]


def reading_processes(config: WatchConfig) -> ReaderPool:
    """As many as the config says, with its lexicon and gazetteer."""
    return ReaderPool(reader_factory(config), config.workers)


async def run_read(
    config: WatchConfig, stop: asyncio.Event, *, limits: Limits | None = None, pool: OpenPool = reading_processes
) -> None:
    """Read articles until ``stop``. Raises MarsadError where it cannot begin."""
    topics = Topics(kafka_section(config.folder, config.settings).prefix)
    stage = Stage(
        name="read",
        reads=(topics.articles,),
        writes=(topics.log, topics.readings, topics.parked),
        digest=digest(config),
        open=partial(_opened, pool, config),
    )
    await run_worker(config, stage, stop, limits)


@asynccontextmanager
async def _opened(pool: OpenPool, config: WatchConfig, bench: Bench) -> AsyncIterator[Work]:
    async with pool(config) as reads:
        topics = bench.topics
        yield Work(ReadAgent(reads, bench.delivery, topics.log, topics.readings, utc_now, bench.worked))
