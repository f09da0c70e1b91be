"""The copying half of `marsad elastic migrate`: one index into another, while writers write to the first.

Elasticsearch numbers every write of a shard. All up to its checkpoint is copied in the order of these numbers,
page by page from a point in time; what was written meanwhile has a higher number, and is what the next pass copies.
How far a copy has come is kept in the new index, so that one that was interrupted goes on.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

import orjson

from stream.index.elastic_errors import ElasticError, one_line, reason_of
from stream.index.elastic_lines import MOST_DOCUMENTS
from stream.index.elastic_pages import checkpoints, identity, pages
from stream.index.elastic_patience import Patience, PatientRequests
from stream.index.elastic_requests import Json, Requests
from stream.index.elastic_templates import mark

_SAVE_EVERY: Final = 20
"""Pages."""
_TAKEN: Final = frozenset((200, 201, 409))
"""The last: it is there already, or a newer one."""
_BUSY: Final = frozenset((429, 500, 502, 503, 504))
_ITEMS: Final = {"filter_path": "items.*._id,items.*.status,items.*.error"}


class Copy:
    """From one concrete index to another. Versions are kept. Every method raises ElasticError."""

    def __init__(self, client: Requests, patience: Patience, old: str, new: str, version: int) -> None:
        self._client = PatientRequests(client, patience)
        self._patience = patience
        self._old = old
        self._new = new
        self._version = version
        self._copied: dict[str, int] = {}

    async def resume(self) -> None:
        """Go on where an earlier copy from the same index ended."""
        marked = (await self._client.send("GET", f"/{self._new}/_mapping"))[self._new]["mappings"].get("_meta", {})
        copied = marked.get("copied", {})
        self._copied = dict(copied["shards"]) if copied.get("from") == await identity(self._client, self._old) else {}

    async def pass_once(self) -> int:
        """Copy what was written since the last pass; how many documents."""
        count = 0
        for shard, checkpoint in (await checkpoints(self._client, self._old)).items():
            number = 0
            async with aclosing(self._pages(shard, checkpoint)) as found:
                async for page in found:
                    await self._write([_copied(hit, self._new) for hit in page])
                    count, number = count + len(page), number + 1
                    self._copied[shard] = page[-1]["sort"][0]
                    if number % _SAVE_EVERY == 0:
                        await self._save()
            self._copied[shard] = checkpoint
        await self._save()
        return count

    async def remove_gone(self) -> int:
        """Delete from the new index what was deleted from the old one after it was copied; how many."""
        count = 0
        listed = pages(self._client, self._new, {"sort": ["_shard_doc"], "_source": False}, MOST_DOCUMENTS)
        async with aclosing(listed) as found:
            async for page in found:
                wanted = {"ids": [hit["_id"] for hit in page]}
                docs = (await self._client.send("POST", f"/{self._old}/_mget", wanted, {"_source": "false"}))["docs"]
                gone = [doc["_id"] for doc in docs if not doc.get("found")]
                if gone:
                    await self._write([_deleted(key, self._new) for key in gone])
                count += len(gone)
        return count

    async def counts(self) -> tuple[int, int]:
        """Documents in the old index and in the new one."""
        counted = []
        for index in (self._old, self._new):
            await self._client.send("POST", f"/{index}/_refresh")
            counted.append(int((await self._client.send("GET", f"/{index}/_count"))["count"]))
        return counted[0], counted[1]

    async def finish(self) -> None:
        """Forget how far the copy has come."""
        await self._client.send("PUT", f"/{self._new}/_mapping", {"_meta": mark(self._version)})

    def _pages(self, shard: str, checkpoint: int) -> AsyncGenerator[Sequence[Json], None]:
        numbers = {"gt": self._copied.get(shard, -1), "lte": checkpoint}
        body = {"query": {"range": {"_seq_no": numbers}}, "sort": [{"_seq_no": "asc"}], "version": True}
        return pages(self._client, self._old, body, MOST_DOCUMENTS, shard=shard)

    async def _write(self, payloads: Sequence[bytes]) -> None:
        """One ``_bulk`` request until all of it is taken."""
        waiting = list(payloads)
        with self._patience.wait() as again:
            while waiting:
                lines = b"".join(waiting)
                answer = await self._client.bulk(lines, _ITEMS)
                items = [next(iter(item.values())) for item in answer["items"]]
                for item in items:
                    _check(item, self._old, self._new)
                waiting = [line for line, item in zip(waiting, items, strict=True) if item["status"] in _BUSY]
                if waiting:
                    await again(f"{self._new} takes no more at the moment")

    async def _save(self) -> None:
        copied = {"from": await identity(self._client, self._old), "shards": self._copied}
        await self._client.send("PUT", f"/{self._new}/_mapping", {"_meta": mark(self._version) | {"copied": copied}})


def _check(item: Json, old: str, new: str) -> None:
    error = item.get("error")
    if error and item["status"] not in _TAKEN | _BUSY:
        raise ElasticError(
            f"document {item['_id']} of {old} does not fit into {new}: {one_line(reason_of(error))}: "
            "delete the document, or keep the former Marsad"
        )


def _copied(hit: Json, index: str) -> bytes:
    target = {"_index": index, "_id": hit["_id"], "version": hit["_version"], "version_type": "external_gte"}
    return b"%b\n%b\n" % (orjson.dumps({"index": target}), orjson.dumps(hit["_source"]))


def _deleted(key: str, index: str) -> bytes:
    return b"%b\n" % orjson.dumps({"delete": {"_index": index, "_id": key}})
