"""All documents of an index, page by page from one point in time, and how far its writes have come."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from stream.index.elastic_errors import RefusedError
from stream.index.elastic_requests import Json, Requests

_KEEP: Final = "5m"
"""How long a point in time outlives its last page."""


async def pages(
    client: Requests, index: str, body: Mapping[str, Any], size: int, *, shard: str | None = None
) -> AsyncGenerator[Sequence[Json], None]:
    """Every hit of a sorted search, up to ``size`` at a time; all that is written when it is begun."""
    await client.send("POST", f"/{index}/_refresh")
    where = {"preference": f"_shards:{shard}"} if shard else {}
    point = (await client.send("POST", f"/{index}/_pit", None, {"keep_alive": _KEEP, **where}))["id"]
    asked: Json = {**body, "pit": {"id": point, "keep_alive": _KEEP}, "size": size, "track_total_hits": False}
    try:
        while True:
            answer = await client.send("POST", "/_search", asked, {"allow_partial_search_results": "false"})
            hits = answer["hits"]["hits"]
            if not hits:
                return
            yield hits
            asked = {**asked, "search_after": hits[-1]["sort"]}
    finally:
        with suppress(RefusedError):  # it has gone by itself, with its node or its time
            await client.send("DELETE", "/_pit", {"id": point})


async def checkpoints(client: Requests, index: str) -> dict[str, int]:
    """Shard → the number up to which all its writes are done; a search sees them after a refresh."""
    answer = await client.get(f"/{index}/_stats", {"level": "shards", "filter_path": "indices"})
    shards = answer["indices"][index]["shards"]
    primaries = ((number, copy) for number, copies in shards.items() for copy in copies if copy["routing"]["primary"])
    return {number: int(copy["seq_no"]["local_checkpoint"]) for number, copy in primaries}


async def identity(client: Requests, index: str) -> str:
    """An index of the same name that was made anew is another one."""
    found = await client.get(f"/{index}/_settings", {"flat_settings": "true"})
    return str(found[index]["settings"]["index.uuid"])
