"""`marsad worker index` between a real Kafka and a real Elasticsearch."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from e2e.running import until
from elastic_prefix import elastic_access
from faults.elastic_proxy import elastic_proxy
from golden.words import ALERT, ENTRY, EVENT, READING, STORY, TRAVELLING
from integration.faust.stage import Stage, next_name, stage
from msgspec.structs import replace
from servers.fixtures import Kafka

from marsad.codec import encode
from marsad.kafka.producer import Message
from marsad.reading import Reading, WholeReading
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_settings import ElasticAccess

__all__ = ["elastic_access"]
pytestmark = pytest.mark.slow


@pytest.fixture
def indexing(kafka: Kafka, elastic_access: ElasticAccess, tmp_path: Path) -> Iterator[Stage]:
    with stage(kafka.bootstrap, next_name(), tmp_path) as made:
        made.more = {"elasticsearch": section(elastic_access)}
        made.folder_of("setup")("elastic", "setup", str(made.workers[0].folder))
        yield made


def section(access: ElasticAccess) -> dict[str, Any]:
    return {"url": access.urls[0], "prefix": access.prefix, "replicas": 0}


def whole(reading: Reading, text: str) -> bytes:
    return encode(WholeReading(reading=reading, text=text))


def message(stage: Stage, topic: str, key: str, value: bytes | None) -> Message:
    return Message(topic=f"{stage.topics.prefix}{topic}", key=key.encode(), value=value)


def found(access: ElasticAccess) -> dict[str, set[str]]:
    """Kind → ids of what can be searched; none of them is there twice."""

    async def ask() -> dict[str, set[str]]:
        async with ElasticClient(access) as client:
            await client.send("POST", f"/{access.prefix}*/_refresh")
            answer = await client.get(f"/{access.prefix}*/_search", {"size": "1000"})
        ids: dict[str, set[str]] = {}
        for hit in answer["hits"]["hits"]:
            of_kind = ids.setdefault(hit["_source"]["event"]["dataset"].removeprefix("marsad."), set())
            assert hit["_id"] not in of_kind, f"{hit['_id']} is in {hit['_index']}, too"
            of_kind.add(hit["_id"])
        return ids

    return asyncio.run(ask())


def test_every_kind_is_indexed_and_what_is_refused_is_parked(
    indexing: Stage,
    elastic_access: ElasticAccess,
) -> None:
    nowhere = replace(READING, article_id="nowhere", event=replace(EVENT, lat=1_000.0))
    indexing.publish(
        message(indexing, "readings", READING.article_id, whole(READING, "text")),
        message(indexing, "readings", READING.article_id, whole(READING, "text")),
        message(indexing, "readings", "nowhere", whole(nowhere, "text")),
        message(indexing, "readings", "x", b"garbage"),
        message(indexing, "stories", STORY.id, encode(STORY)),
        message(indexing, "alerts", ALERT.id, encode(ALERT)),
        message(indexing, "ledger", ENTRY.story, encode(ENTRY)),
        message(indexing, "parked", "read:1", encode(TRAVELLING["parked"])),
        message(indexing, "parked", "read:2", encode(TRAVELLING["parked"])),
        message(indexing, "parked", "read:2", None),
    )
    worker = indexing.worker(kind="index").started()
    until(lambda: len(indexing.parked()) == 3, "two are parked")
    indexing.wait_indexed()
    parked = indexing.parked()
    assert set(parked) == {"read:1", "index:articles/nowhere", next(one for one in parked if "readings/" in one)}
    assert "lat" in parked["index:articles/nowhere"].error
    assert parked["index:articles/nowhere"].body == whole(nowhere, "text")
    assert found(elastic_access) == {
        "articles": {READING.article_id},
        "stories": {STORY.id},
        "alerts": {ALERT.id},
        "ledger": found(elastic_access)["ledger"],
        "parked": set(parked),
    }
    assert worker.metric('marsad_index_documents{fate="rejected"}') == 1
    assert worker.stop() == 0


def test_a_busy_elasticsearch_is_waited_out_three_times(indexing: Stage, elastic_access: ElasticAccess) -> None:
    with elastic_proxy(elastic_access.urls[0]) as proxy:
        indexing.more = {"elasticsearch": section(elastic_access) | {"url": proxy.url}}
        worker = indexing.worker(kind="index").started()
        for turn in range(3):
            proxy.refused.clear()
            proxy.busy = True
            readings = [replace(READING, article_id=f"a{turn}-{number}") for number in range(20)]
            indexing.publish(*(message(indexing, "readings", one.article_id, whole(one, "text")) for one in readings))
            until(lambda: {429, 503} <= set(proxy.refused), "it was refused in both ways")
            assert worker.page("/readyz")[0] == 503
            assert indexing.committed("index") == turn * 20
            proxy.busy = False
            indexing.wait_indexed()
        until(lambda: worker.page("/readyz")[0] == 200, "it is well again")
        assert worker.stop() == 0
    assert found(elastic_access) == {"articles": {f"a{turn}-{number}" for turn in range(3) for number in range(20)}}
    assert indexing.parked() == {}


def test_what_comes_again_in_the_next_month_meets_its_own_document_three_times(
    indexing: Stage, elastic_access: ElasticAccess
) -> None:
    """Delivered, then delivered again to a worker that knows nothing of it, beside an edit and the month's first."""
    november = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)

    def publish(name: str, revision: int, at: datetime) -> None:
        reading = replace(READING, article_id=name, revision=revision, observed_at=at)
        indexing.publish(message(indexing, "readings", name, whole(reading, f"revision {revision}")))

    for turn in range(3):
        for old in ("same", "edited"):
            publish(f"{old}-{turn}", 1, november)
        worker = indexing.worker(kind="index").started()
        until(lambda seen=turn * 3: len(found(elastic_access).get("articles", ())) == seen + 2, "they are indexed")
        worker.end()  # kill -9: what it had committed by then is left to chance, so it is sent again
        for old in ("same", "edited"):
            publish(f"{old}-{turn}", 1, november)
        publish(f"edited-{turn}", 2, november + timedelta(seconds=2))
        publish(f"new-{turn}", 1, november + timedelta(seconds=3))
        worker = indexing.worker(kind="index").started()
        indexing.wait_indexed()
        assert worker.stop() == 0
    assert found(elastic_access) == {
        "articles": {f"{kind}-{turn}" for kind in ("same", "edited", "new") for turn in range(3)}
    }
    assert indexing.parked() == {}


def test_an_outage_of_elasticsearch_is_waited_out(start_elastic: Any, kafka: Kafka, tmp_path: Path) -> None:
    elastic = start_elastic()
    access = ElasticAccess(urls=(elastic.url,), prefix="outage-", replicas=0)
    with stage(kafka.bootstrap, next_name(), tmp_path) as indexing:
        indexing.more = {"elasticsearch": section(access)}
        indexing.folder_of("setup")("elastic", "setup", str(indexing.workers[0].folder))
        worker = indexing.worker(kind="index").started()
        elastic.kill()
        readings = [
            replace(READING, article_id=f"a{n}", observed_at=READING.observed_at + timedelta(n)) for n in range(40)
        ]
        indexing.publish(*(message(indexing, "readings", one.article_id, whole(one, "text")) for one in readings))
        until(lambda: worker.page("/readyz")[0] == 503, "it says what it waits for")
        assert worker.page("/healthz")[0] == 200
        assert indexing.committed("index") == 0
        elastic.start()
        elastic.wait_ready()
        indexing.wait_indexed()
        assert found(access) == {"articles": {one.article_id for one in readings}}
        until(lambda: worker.page("/readyz")[0] == 200, "it is well again")
        assert worker.stop() == 0
