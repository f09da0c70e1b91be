"""Requests to Elasticsearch, and its answers in our own terms. The only file that imports ``elasticsearch``.

The client's own retries are off: an outage is to be seen, told and waited out by whoever asked.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final, Self

from elastic_transport import SerializationError, TransportError
from elasticsearch import ApiError, AsyncElasticsearch, ConnectionTimeout, SSLError, UnsupportedProductError

from stream.index.elastic_errors import ElasticError, RefusedError, UnreachableError, one_line, reason_of
from stream.index.elastic_requests import Json
from stream.index.elastic_settings import ElasticAccess

TIMEOUT: Final = 30.0
"""Seconds after which a request counts as not answered."""
CONNECTIONS: Final = 8

# Its warning of every failed request would drown our own, which come once a minute and say what stands still.
logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)

_JSON: Final = {"accept": "application/json", "content-type": "application/json"}
_LINES: Final = {"accept": "application/json", "content-type": "application/x-ndjson"}
_BUSY: Final = frozenset((408, 429, 502, 503, 504))
_NO_LOGIN: Final = 401
_NOT_ALLOWED: Final = 403
_OLDER: Final = "media_type_header_exception"
"""Answered by a server that does not know the client's major version."""


class ElasticClient:
    """An async context manager over one set of nodes. Every method raises ElasticError."""

    def __init__(self, access: ElasticAccess, *, timeout: float = TIMEOUT) -> None:
        self._nodes = access.nodes
        self._timeout = timeout
        options: dict[str, Any] = {}
        if access.ca:
            options["ca_certs"] = str(access.ca)
        if access.api_key:
            options["api_key"] = access.api_key
        elif access.user and access.password:
            options["basic_auth"] = (access.user, access.password)
        try:
            self._client = AsyncElasticsearch(
                list(access.urls),
                request_timeout=timeout,
                max_retries=0,
                retry_on_timeout=False,
                connections_per_node=CONNECTIONS,
                **options,
            )
        except (ValueError, OSError) as error:  # a CA file that holds no certificate
            raise ElasticError(f"{access.ca or access.nodes} cannot be used: {error}") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._client.close()

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        """What is there. Raises RefusedError (404 where it is not), UnreachableError, ElasticError."""
        return await self._ask("GET", path, params=params)

    async def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, params: Mapping[str, Any] | None = None
    ) -> Json:
        """Any request with a JSON body. Raises as ``get`` does."""
        return await self._ask(method, path, body=body, params=params)

    async def bulk(self, lines: bytes, params: Mapping[str, Any]) -> Json:
        """A ``_bulk`` request, its lines already encoded. Raises as ``get`` does."""
        return await self._ask("POST", "/_bulk", body=lines, params=params, headers=_LINES)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = _JSON,
    ) -> Json:
        try:
            answer = await self._client.perform_request(method, path, params=params, headers=headers, body=body)
        except UnsupportedProductError:
            raise ElasticError(
                f"{self._nodes} is not Elasticsearch (OpenSearch, or a proxy before it?): "
                "write the URL of Elasticsearch 9 under elasticsearch.url"
            ) from None
        except ApiError as error:
            raise self._refused(error) from None  # its own words have been taken over
        except SSLError as error:
            raise self._untrusted(str(error.message)) from None
        except ConnectionTimeout:
            raise UnreachableError(f"{self._nodes} has not answered for {self._timeout:g} s") from None
        except SerializationError:
            raise UnreachableError(f"{self._nodes} answered with what is no JSON: a proxy before it?") from None
        except TransportError as error:
            raise UnreachableError(f"{self._nodes} cannot be reached: {one_line(str(error.message))}") from None
        return answer.body if isinstance(answer.body, dict) else {}

    def _untrusted(self, reason: str) -> ElasticError:
        """A connection that broke in its handshake is no matter of trust."""
        if "certificate" not in reason.lower():
            return UnreachableError(f"{self._nodes} cannot be reached: {one_line(reason)}")
        return ElasticError(
            f"{self._nodes} cannot be trusted ({one_line(reason)}): write the file of the authority that signed its "
            "certificate under elasticsearch.ca"
        )

    def _refused(self, error: ApiError) -> ElasticError:
        status, (kind, reason) = error.meta.status, _cause(error.body)
        if kind == _OLDER:
            return ElasticError(
                f"{self._nodes} is Elasticsearch 8 or older, which does not understand this Marsad: "
                "upgrade it to Elasticsearch 9"
            )
        if status in _BUSY:
            return UnreachableError(f"{self._nodes} answers {status}: {one_line(reason or kind)}")
        if status == _NO_LOGIN:
            return ElasticError(
                f"{self._nodes} does not accept the login: look at elasticsearch.api_key, or at user and password"
            )
        if status == _NOT_ALLOWED and kind == "security_exception":
            return RefusedError(status, kind, f"a privilege is missing: {reason}")
        return RefusedError(status, kind, reason)


def _cause(body: Any) -> tuple[str, str]:
    """Type and reason of an error, its innermost cause included."""
    error = body.get("error") if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return "", str(error or "")
    return str(error.get("type", "")), reason_of(error)
