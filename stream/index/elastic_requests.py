"""What the index's parts need of a client: requests and answers, in Elasticsearch's paths and JSON."""

from collections.abc import Mapping
from typing import Any, Protocol

Json = dict[str, Any]


class Requests(Protocol):
    """Every method raises UnreachableError, RefusedError (which has the status), or ElasticError."""

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        """What is there."""

    async def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, params: Mapping[str, Any] | None = None
    ) -> Json:
        """Any request with a JSON body, or without one."""

    async def bulk(self, lines: bytes, params: Mapping[str, Any]) -> Json:
        """A ``_bulk`` request, its lines already encoded."""
