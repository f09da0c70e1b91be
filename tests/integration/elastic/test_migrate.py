"""`marsad elastic migrate` on a real Elasticsearch, while a writer writes."""

import asyncio
from itertools import count

import pytest
from integration.elastic.samples import NOON, article, parked, run, searched

from stream.index import elastic_copy, elastic_migrate
from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_errors import ElasticError, UnreachableError
from stream.index.elastic_indices import Kind
from stream.index.elastic_mappings import FIELDS, KEYWORD
from stream.index.elastic_migrate import Migration
from stream.index.elastic_patience import Patience

OLD = 1_200
NEXT = {**FIELDS, Kind.ARTICLES: {**FIELDS[Kind.ARTICLES], "article.shelf": KEYWORD}}


def migration(client, access, fields=NEXT):
    told = []
    return Migration(client, access.prefix, told.append, version=2, fields=fields), told


async def behind(client, access, alias):
    return list(await client.get(f"/_alias/{access.prefix}{alias}"))


def test_an_index_is_copied_while_it_is_written_to_and_nothing_is_lost(elastic_access):
    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix, Patience(chance=lambda: 0.0))
        await bulk.put([article(f"old{number}") for number in range(OLD)] + [parked("p"), parked("q")])
        stop, written, more = asyncio.Event(), {}, asyncio.Semaphore(0)

        async def write():
            for number in count():
                if stop.is_set():
                    return
                batch = {f"new{number}": 1, f"old{number % OLD}": 2 + number // OLD}
                await bulk.put(
                    [article(key, f"revision {version}", revision=version) for key, version in batch.items()]
                )
                written.update(batch)
                more.release()

        async def further(batches):
            for _ in range(batches):
                await asyncio.wait_for(more.acquire(), 60)

        writer = asyncio.create_task(write())
        await further(10)
        change, told = migration(client, elastic_access)
        assert await change.run() == 7
        assert len(written) > 20, "it wrote meanwhile"
        more = asyncio.Semaphore(0)
        await further(5)
        stop.set()
        await writer
        await client.send("POST", f"/{elastic_access.prefix}articles/_refresh")
        count_of = await client.get(f"/{elastic_access.prefix}articles/_count")
        body = {"docs": [{"_index": f"{elastic_access.prefix}articles-2026.11", "_id": key} for key in written]}
        docs = (await client.send("POST", "/_mget", body))["docs"]
        return written, told, count_of["count"], docs, await behind(client, elastic_access, "articles-2026.11")

    written, told, total, docs, indices = run(elastic_access, work)
    new = [key for key in written if key.startswith("new")]
    assert total == OLD + len(new)
    assert {doc["_id"]: doc["_source"]["article"]["revision"] for doc in docs} == written
    assert indices == [f"{elastic_access.prefix}articles-2026.11-v2"]
    assert any("articles-2026.11-v2 is in use" in line for line in told)


def test_what_was_deleted_after_it_was_copied_is_deleted_from_the_copy(elastic_access, monkeypatch):
    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix)
        await bulk.put([parked("stays"), parked("goes")])
        copied = elastic_copy.Copy.pass_once

        async def then_replayed(copy):
            done = await copied(copy)
            await client.send("DELETE", f"/{elastic_access.prefix}parked-v1/_doc/goes")
            return done

        monkeypatch.setattr(elastic_copy.Copy, "pass_once", then_replayed)
        monkeypatch.setattr(elastic_migrate.Migration, "_older", only(elastic_access, "parked-v1"))
        change, _ = migration(client, elastic_access)
        with pytest.raises(Exception, match="cluster_block_exception"):  # the second delete meets the held index
            await change.run()
        monkeypatch.setattr(elastic_copy.Copy, "pass_once", copied)
        await change.run(drop_old=True)
        return await searched(client, elastic_access, "parked"), await behind(client, elastic_access, "parked")

    found, indices = run(elastic_access, work)
    assert set(found) == {"stays"}
    assert indices == [f"{elastic_access.prefix}parked-v2"]


def only(access, name):
    original = Migration._older

    async def older(change):
        return [one for one in await original(change) if one.name == f"{access.prefix}{name}"]

    return older


def test_a_document_that_the_new_mapping_refuses_is_named_and_the_old_index_stays_in_use(elastic_access):
    narrower = {**FIELDS, Kind.ARTICLES: {k: v for k, v in FIELDS[Kind.ARTICLES].items() if k != "feed.slug"}}

    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix)
        await bulk.put([article("a")])
        change, _ = migration(client, elastic_access, narrower)
        with pytest.raises(ElasticError, match=r"document a of .*articles-2026.11-v1 does not fit into .*-v2"):
            await change.run()
        assert await asyncio.wait_for(bulk.put([article("b")]), 60) == []
        return await behind(client, elastic_access, "articles-2026.11")

    assert run(elastic_access, work) == [f"{elastic_access.prefix}articles-2026.11-v1"]


def test_one_that_was_interrupted_goes_on_where_it_was(elastic_access, monkeypatch):
    monkeypatch.setattr(elastic_copy, "MOST_DOCUMENTS", 50)
    monkeypatch.setattr(elastic_copy, "_SAVE_EVERY", 1)

    class KilledError(Exception):
        pass

    class Client:
        """Breaks at the fourth page."""

        def __init__(self, client):
            self.client, self.pages = client, 0

        def __getattr__(self, name):
            return getattr(self.client, name)

        async def bulk(self, lines, params):
            self.pages += 1
            if self.pages == 4:
                raise KilledError
            return await self.client.bulk(lines, params)

    class Counting(Client):
        async def bulk(self, lines, params):
            self.pages += len(lines.splitlines()) // 2
            return await self.client.bulk(lines, params)

    async def work(client):
        monkeypatch.setattr(Migration, "_older", only(elastic_access, "articles-2026.11-v1"))
        await ElasticBulk(client, elastic_access.prefix).put([article(f"a{number}") for number in range(500)])
        with pytest.raises(KilledError):
            await migration(Client(client), elastic_access)[0].run()
        # as if it had been killed when the last was to be copied
        await client.send("PUT", f"/{elastic_access.prefix}articles-2026.11-v1/_block/write")
        counting = Counting(client)
        await migration(counting, elastic_access)[0].run()
        mapping = await client.get(f"/{elastic_access.prefix}articles-2026.11-v2/_mapping")
        return counting.pages, await searched(client, elastic_access, "articles"), mapping

    copied, found, mapping = run(elastic_access, work)
    assert copied == 350
    assert len(found) == 500
    (one,) = mapping.values()
    assert one["mappings"]["_meta"] == {"managed_by": "marsad", "version": 2}


def test_it_waits_for_a_server_that_does_not_answer(elastic_access):
    class Flaky:
        """Every third request is not answered, though some of those are done."""

        def __init__(self, client):
            self.client, self.number = client, 0

        def __getattr__(self, name):
            async def ask(*arguments):
                self.number += 1
                if self.number % 3 == 0:
                    raise UnreachableError("not now")
                done = await getattr(self.client, name)(*arguments)
                if self.number % 3 == 1 and arguments[1:2] == ("/_aliases",):
                    raise UnreachableError("done, but the answer is lost")
                return done

            return ask

    async def work(client):
        await ElasticBulk(client, elastic_access.prefix).put([article("a"), parked("p")])
        patience = Patience(sleep=lambda _seconds: asyncio.sleep(0))
        change = Migration(Flaky(client), elastic_access.prefix, lambda _line: None, version=2, patience=patience)
        # what lists the aliases is not waited for: nothing has begun
        change._older = lambda: Migration._older(Migration(client, elastic_access.prefix, print, version=2))
        await change.run()
        return patience.waits, await searched(client, elastic_access, "articles", {"match_all": {}})

    waits, found = run(elastic_access, work)
    assert waits > 5
    assert set(found) == {"a"}


def test_writers_are_let_on_when_it_fails(elastic_access, monkeypatch):
    async def uncounted(_copy):
        return 5, 4

    async def work(client):
        bulk = ElasticBulk(client, elastic_access.prefix)
        await bulk.put([article("a", at=NOON)])
        monkeypatch.setattr(elastic_copy.Copy, "counts", uncounted)
        monkeypatch.setattr(Migration, "_older", only(elastic_access, "articles-2026.11-v1"))
        with pytest.raises(ElasticError, match=r"has 5 documents, .* 4: nothing was changed, run it again"):
            await migration(client, elastic_access)[0].run()
        assert await asyncio.wait_for(bulk.put([article("b")]), 60) == []
        return set(await searched(client, elastic_access, "articles"))

    assert run(elastic_access, work) == {"a", "b"}
