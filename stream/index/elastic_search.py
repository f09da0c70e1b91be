"""`marsad search` on Elasticsearch: the same questions and answers as the embedded index."""

import asyncio

from stream.index.elastic_client import ElasticClient
from stream.index.elastic_errors import ElasticError, RefusedError
from stream.index.elastic_indices import Kind
from stream.index.elastic_query import body, found
from stream.index.elastic_requests import Requests
from stream.index.elastic_settings import ElasticAccess
from stream.index.protocol import Found, Query
from stream.index.query_text import parse, tokens_to_mark
from stream.reading.text import normalise

_MISSING = 404
_PARAMS = {
    "search_type": "dfs_query_then_fetch",  # a word's weight is that in all months together
    "allow_partial_search_results": "false",
}


class ElasticSearch:
    """An ``ArticleSearch``. It is filled by ``ElasticBulk``, elsewhere, and sees a write about a second later."""

    def __init__(self, access: ElasticAccess) -> None:
        self._access = access

    def search(self, query: Query) -> list[Found]:
        """See ``ArticleSearch.search``."""
        return asyncio.run(self._search(query))

    async def _search(self, query: Query) -> list[Found]:
        async with ElasticClient(self._access) as client:
            return await search(client, self._access.prefix, query)


async def search(client: Requests, prefix: str, query: Query) -> list[Found]:
    """Best (or newest) first. Raises QueryError, ElasticError."""
    expression = parse(query.text, normalise)
    tokens = tokens_to_mark(expression)
    alias = f"{prefix}{Kind.ARTICLES}"
    try:
        answer = await client.send("POST", f"/{alias}/_search", body(query, expression), _PARAMS)
    except RefusedError as error:
        if error.status == _MISSING:
            raise ElasticError(f"there is no {alias} in Elasticsearch: run `marsad elastic setup`") from error
        raise
    return [found(hit, tokens) for hit in answer["hits"]["hits"]]
