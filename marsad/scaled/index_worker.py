"""`marsad worker index`: what other stages publish on Kafka, into Elasticsearch."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from marsad.config import WatchConfig, elastic_access
from marsad.http import Gauge
from marsad.indexing import concepts, label_names
from marsad.kafka.topics import Topics
from marsad.reading import WholeReading
from marsad.reading_lines import reading_regions
from marsad.regions import Region
from marsad.scaled.watchdog import Limits
from marsad.scaled.worker import Bench, Stage, Work, digest, run_worker
from marsad.settings import kafka_section
from marsad.wiring import utc_now
from stream.index.concepts import Concepts
from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_documents import Documents
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_setup import check_writer
from stream.index.protocol import Indexed
from stream.index_agent import Convert, IndexAgent, Sources, converts
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.topics import TopicTable

BATCH: Final = 1_000
WITHIN: Final = 0.2
"""Seconds: a search sees nothing younger than a second anyway, and few large requests cost less than many small."""


async def run_index(config: WatchConfig, stop: asyncio.Event, *, limits: Limits | None = None) -> None:
    """Index until ``stop``. Raises MarsadError where it cannot begin."""
    topics = Topics(kafka_section(config.folder, config.settings).prefix)
    access = elastic_access(config.folder, config.settings)
    stage = Stage(
        name="index",
        reads=(topics.readings, topics.stories, topics.alerts, topics.ledger, topics.parked),
        writes=(topics.parked,),
        digest=digest(config),
        open=partial(_opened, access, _converts(config, topics)),
        batch=BATCH,
        within=WITHIN,
    )
    await run_worker(config, stage, stop, limits)


@asynccontextmanager
async def _opened(access: ElasticAccess, made: Mapping[str, Convert], bench: Bench) -> AsyncIterator[Work]:
    async with ElasticClient(access) as client:
        await check_writer(client, access, utc_now())
        bulk = ElasticBulk(client, access.prefix)
        agent = IndexAgent(bulk, bench.delivery, made, utc_now, bench.worked)
        yield Work(agent, trouble=partial(_trouble, bulk), gauges=partial(_gauges, bulk))


def _converts(config: WatchConfig, topics: Topics) -> dict[str, Convert]:
    lexicon, table = Lexicon.packaged(config.lexicon), TopicTable.packaged()
    names = concepts(Gazetteer.packaged(), lexicon, table)
    sources = Sources(
        readings=topics.readings,
        stories=topics.stories,
        alerts=topics.alerts,
        ledger=topics.ledger,
        parked=topics.parked,
    )
    documents = Documents(label_names(lexicon, table))
    return converts(sources, documents, partial(indexed, names, config.rule_set.regions))


def indexed(names: Concepts, regions: Mapping[str, Region], whole: WholeReading) -> Indexed:
    """An article with all that is searched in it."""
    reading = whole.reading
    return Indexed(
        reading=reading, text=whole.text, labels=names.labels(reading), regions=reading_regions(reading, regions)
    )


def _trouble(bulk: ElasticBulk) -> str:
    return bulk.trouble.reason if bulk.trouble else ""


def _gauges(bulk: ElasticBulk) -> tuple[Gauge, ...]:
    counts = bulk.counts
    return (
        Gauge(
            name="index_documents",
            documentation="Documents since the start of this process: taken, known before, rejected for good.",
            labels=("fate",),
            values={("taken",): counts.taken, ("known",): counts.known, ("rejected",): counts.rejected},
        ),
    )
