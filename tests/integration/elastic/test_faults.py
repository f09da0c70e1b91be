"""Elasticsearch killed and stalled in the middle of writes: nothing acknowledged is lost, nothing is there twice."""

import asyncio
from itertools import count

from integration.elastic.samples import article, set_up

from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_patience import Patience
from stream.index.elastic_settings import ElasticAccess

KILLS = 3
BATCH = 200
STALL = 5.0


def test_kill_and_stall_in_the_middle_of_writes(start_elastic):
    server = start_elastic()
    access = ElasticAccess(urls=(server.url,), replicas=0)

    async def work():
        async with ElasticClient(access, timeout=2.0) as client:
            await set_up(client, access)
            bulk = ElasticBulk(client, access.prefix, Patience(chance=lambda: 0.0))
            acknowledged, more, stop = set(), asyncio.Semaphore(0), asyncio.Event()

            async def write():
                for number in count():
                    if stop.is_set():
                        return
                    keys = [f"a{number}-{part}" for part in range(BATCH)]
                    assert await bulk.put([article(key) for key in keys]) == []
                    acknowledged.update(keys)
                    more.release()

            async def further(batches):
                for _ in range(batches):
                    await asyncio.wait_for(more.acquire(), 240)

            writer = asyncio.create_task(write())
            for _ in range(KILLS):
                await further(3)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
                await asyncio.to_thread(server.wait_ready)
                more = asyncio.Semaphore(0)
            await further(3)
            server.stall()
            await asyncio.sleep(STALL)  # the fault itself, not a wait for it
            server.resume()
            more = asyncio.Semaphore(0)
            await further(3)
            stop.set()
            await writer
            waits, trouble = bulk._patience.waits, bulk.trouble
            await client.send("POST", f"/{access.prefix}articles/_refresh")
            total = (await client.get(f"/{access.prefix}articles/_count"))["count"]
            body = {
                "docs": [{"_index": f"{access.prefix}articles-2026.11", "_id": key} for key in sorted(acknowledged)]
            }
            docs = (await client.send("POST", "/_mget", body, {"_source": "false"}))["docs"]
            return acknowledged, waits, trouble, total, docs

    acknowledged, waits, trouble, total, docs = asyncio.run(work())
    assert waits >= KILLS + 1
    assert trouble is None
    assert [doc["_id"] for doc in docs if not doc["found"]] == []
    assert total == len(acknowledged)
