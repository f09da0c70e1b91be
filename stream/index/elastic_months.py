"""One document an article, though an edit may come in a later month than the article.

An edit goes where the article's first revision is, which is asked of Elasticsearch (such questions are
answered from what was written this moment, not from what can be searched). A first revision is asked for only
where it comes late, into a month that is not the last. So nothing is ever deleted or copied from month to month.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from stream.index.elastic_errors import RefusedError
from stream.index.elastic_indices import Kind, Place, concrete
from stream.index.elastic_operation import Operation
from stream.index.elastic_requests import Requests

_MISSING: Final = 404
_AT_ONCE: Final = 2_000


class ArticleMonths:
    """Where articles are."""

    def __init__(self, client: Requests, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._last = ""
        """The last month that anything was written to."""

    async def placed(self, operations: Sequence[Operation]) -> list[Operation]:
        """The same operations; those of articles that are known in another month are for that month.

        Raises UnreachableError, ElasticError.
        """
        articles = [one for one in operations if one.place.kind is Kind.ARTICLES]
        if not articles:
            return list(operations)
        if not self._last:
            self._last = max(await self._existing(), default="")
        self._last = max(self._last, *(one.place.month for one in articles))
        asked = _unsure(articles, self._last)
        homes = await self._homes(asked, await self._existing()) if asked else {}
        return _at_home(operations, homes)

    async def _existing(self) -> list[str]:
        """Months, in order."""
        try:
            found = await self._client.get(f"/_alias/{self._prefix}{Kind.ARTICLES}")
        except RefusedError as error:
            if error.status == _MISSING:
                return []
            raise
        indices = (concrete(name, self._prefix) for name in found)
        return sorted({one.place.month for one in indices if one})

    async def _homes(self, asked: Sequence[str], months: Sequence[str]) -> dict[str, str]:
        """Article → the first month that holds it."""
        aliases = [Place(Kind.ARTICLES, month).alias(self._prefix) for month in months]
        docs = [{"_index": alias, "_id": key, "_source": False} for key in asked for alias in aliases]
        wanted = {"filter_path": "docs._index,docs._id,docs.found"}
        homes: dict[str, str] = {}
        for start in range(0, len(docs), _AT_ONCE):
            answer = await self._client.send("POST", "/_mget", {"docs": docs[start : start + _AT_ONCE]}, wanted)
            for doc in answer["docs"]:
                index = concrete(doc["_index"], self._prefix)
                if index and doc.get("found"):
                    homes[doc["_id"]] = min(index.place.month, homes.get(doc["_id"], index.place.month))
        return homes


def _unsure(articles: Iterable[Operation], last: str) -> list[str]:
    """Articles that may be known in another month: edits, and what comes late."""
    return list(dict.fromkeys(one.id for one in articles if (one.version or 1) > 1 or one.place.month != last))


def _at_home(operations: Sequence[Operation], homes: Mapping[str, str]) -> list[Operation]:
    """A revision that is not known yet takes those behind it in the same batch along."""
    known = dict(homes)
    placed = []
    for one in operations:
        if one.place.kind is not Kind.ARTICLES:
            placed.append(one)
            continue
        month = known.setdefault(one.id, one.place.month)
        placed.append(one if month == one.place.month else replace(one, place=Place(Kind.ARTICLES, month)))
    return placed
