"""Articles, stories and the rest as documents, in a few words."""

import asyncio
from datetime import UTC, datetime

from marsad.article import Source
from marsad.codes import EventType, Family, PlaceKind, Status, SubType
from marsad.parked import ParkedThing
from marsad.reading import Event, Reading
from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_documents import Documents
from stream.index.elastic_labels import LabelNames
from stream.index.elastic_setup import apply, plan
from stream.index.protocol import Indexed

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
DOCUMENTS = Documents(LabelNames(countries={"ML": {"ar": "مالي", "fr": "Mali", "en": "Mali"}}))


def article(key, title="Attaque à Gao", text="", *, revision=1, at=NOON, labels=(), **fields):
    reading = Reading(
        article_id=key,
        revision=revision,
        source=Source(feed="paper"),
        title=title,
        observed_at=at,
        **{"language": "fr", **fields},
    )
    return DOCUMENTS.article(Indexed(reading=reading, text=text, labels=labels))


def event(kind=PlaceKind.TOWN):
    return Event(
        type=EventType.BATTLES,
        sub_type=SubType.ARMED_CLASH,
        family=Family.ARMED,
        status=Status.ACTUAL,
        fresh=True,
        score=0.9,
        country="ML",
        place="Gao",
        place_kind=kind,
        lat=16.27,
        lon=-0.04,
    )


def parked(key, version=0):
    return DOCUMENTS.parked(key, ParkedThing(step="read", subject=key, at=NOON, error="boom", body=b""), version)


async def set_up(client, access, now=NOON):
    await apply(client, await plan(client, access, now))


async def put(access, operations):
    async with ElasticClient(access) as client:
        return await ElasticBulk(client, access.prefix).put(operations)


async def searched(client, access, alias, query=None):
    """Id → document, of what a search finds after a refresh."""
    await client.send("POST", f"/{access.prefix}{alias}/_refresh")
    body = {"query": query or {"match_all": {}}, "size": 1_000}
    answer = await client.send("POST", f"/{access.prefix}{alias}/_search", body)
    return {hit["_id"]: hit["_source"] for hit in answer["hits"]["hits"]}


def run(access, work):
    """``await work(client)`` on a server that was set up."""

    async def whole():
        async with ElasticClient(access) as client:
            await set_up(client, access)
            return await work(client)

    return asyncio.run(whole())
