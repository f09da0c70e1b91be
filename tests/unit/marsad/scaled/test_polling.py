import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from unit.ingest.kafka_doubles import TOPICS, FakeShare, MemoryKafka

from ingest.config import FeedConfig, FeedsFile
from ingest.steady_sender import SteadySender
from marsad.errors import MarsadError
from marsad.kafka.settings import KafkaAccess
from marsad.scaled.poll import digest
from marsad.scaled.polling import Kafka, Polling, by_partition
from marsad.scaled.uncommitted import Uncommitted
from marsad.settings import Settings


def feeds(*slugs: str, **fields: str) -> tuple[FeedConfig, ...]:
    return tuple(FeedConfig(slug=slug, url="http://x.example/", **fields) for slug in slugs)


def config(*slugs: str, fetch: dict[str, int] | None = None, **fields: str) -> SimpleNamespace:
    return SimpleNamespace(
        folder=Path(),
        feeds=FeedsFile(feeds=feeds(*slugs, **fields)),
        urls=dict.fromkeys(slugs, "http://x.example/"),
        settings=Settings(fetch=fetch or {}),
    )


def test_each_feed_has_one_partition() -> None:
    all_of_them = feeds(*(f"feed-{n}" for n in range(200)))
    shared = by_partition(all_of_them, 12)
    assert sorted(feed.slug for part in shared.values() for feed in part) == sorted(feed.slug for feed in all_of_them)
    assert sorted(shared) == list(range(12))


def test_the_digest_tells_pollers_with_other_files_apart() -> None:
    one = digest(config("a", "b"))
    assert digest(config("a", "b")) == one
    others = (config("a"), config("a", "b", name="x"), config("a", "b", fetch={"per_host": 3}))
    assert len({one, *map(digest, others)}) == 4


def test_a_topic_that_has_grown_is_refused_for_feeds_would_be_polled_by_two() -> None:
    kafka = Kafka(KafkaAccess(("k:9092",)), TOPICS, 4, SteadySender(MemoryKafka()))
    polling = Polling(config("a"), kafka, Uncommitted(None), None, [], None)  # type: ignore[arg-type]
    with pytest.raises(MarsadError, match=r"t\.feed-state has more partitions than the 4"):
        asyncio.run(polling.open(FakeShare(partition=4)))  # type: ignore[arg-type]
