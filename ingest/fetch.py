"""Fetch feeds over HTTP: conditional, bounded in bytes and time, never to a private address.

A feed's fault never raises: it comes back as a ``Failed`` with its reason.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Self

import aiohttp
from yarl import URL

from ingest.address import AddressRefusedError, guarded_socket
from ingest.config import FetchConfig, url_fault
from ingest.fetched import Failed, Failure, Fetched, FetchRequest, NotModified, ServerHints
from ingest.resolver import OwnThreadsResolver

MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 65_536
_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, "  # no JSON: the parser reads none
    "application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
)
_MOST_SECONDS: Final = 10 * 365 * 86_400


class Fetcher:
    """An async context manager; use one for all feeds, so that limits per host hold."""

    def __init__(self, config: FetchConfig) -> None:
        self._config = config
        self._slots = asyncio.Semaphore(config.concurrency)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(config.per_host))
        self._session: aiohttp.ClientSession | None = None
        self._resolver: OwnThreadsResolver | None = None

    async def __aenter__(self) -> Self:
        self._resolver = OwnThreadsResolver(self._config.concurrency)
        connector = aiohttp.TCPConnector(
            socket_factory=guarded_socket(self._config.allow_networks),
            resolver=self._resolver,
            limit=0,  # _slots and _hosts limit, so that waiting for a slot costs no feed its deadline
            force_close=True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"User-Agent": self._config.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified | Failed:
        """Fetch one feed within the configured time."""
        if fault := url_fault(request.url, may_hold_secrets=True):
            return Failed(failure=Failure.REFUSED, reason=fault)
        async with self._hosts[URL(request.url).host or ""], self._slots:
            try:
                async with asyncio.timeout(self._config.timeout.total_seconds()):
                    return await self._follow(request)
            except TimeoutError:
                seconds = self._config.timeout.total_seconds()
                return Failed(failure=Failure.TIMEOUT, reason=f"not fetched within {seconds:g} s")
            except aiohttp.ClientConnectorDNSError:
                return Failed(failure=Failure.NETWORK, reason="the host's name cannot be resolved")
            except (AddressRefusedError, aiohttp.ClientConnectorError) as error:
                return _not_connected(error)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                # The text of these errors may hold the URL, and with it a token: their kind has to do.
                return Failed(failure=Failure.NETWORK, reason=f"the fetch failed: {type(error).__name__}")

    async def _follow(self, request: FetchRequest) -> Fetched | NotModified | Failed:
        url = URL(request.url)
        user = aiohttp.encode_basic_auth(url.user, url.password or "") if url.user is not None else ""
        url = url.with_user(None)
        for _hop in range(MOST_REDIRECTS + 1):
            answer = await self._get(url, user, request)
            if not isinstance(answer, URL):
                return answer
            if fault := url_fault(str(answer), may_hold_secrets=True):
                return Failed(failure=Failure.REFUSED, reason=f"redirected to what is {fault.partition(':')[0]}")
            if answer.origin() != url.origin():
                user = ""  # credentials are for the host that they were given for
            url = answer.with_user(None)
        return Failed(failure=Failure.REFUSED, reason=f"more than {MOST_REDIRECTS} redirects")

    async def _get(self, url: URL, user: str, request: FetchRequest) -> Fetched | NotModified | Failed | URL:
        """One hop; a URL is where it was redirected to."""
        assert self._session is not None, "use the Fetcher in `async with`"
        wanted = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified, "Authorization": user}
        headers = {name: value for name, value in wanted.items() if value}
        async with self._session.get(url, headers=headers, allow_redirects=False, proxy=self._config.proxy) as response:
            location = response.headers.get("Location", "")
            if response.status in _REDIRECTS and location:
                return url.join(URL(location))
            return await self._answer(response, url, request)

    async def _answer(
        self, response: aiohttp.ClientResponse, url: URL, request: FetchRequest
    ) -> Fetched | NotModified | Failed:
        hints = server_hints(response.headers, datetime.now(UTC))
        if response.status == 304:
            if not (request.etag or request.last_modified):
                reason = "HTTP 304 to a request without conditions: the feed gives nothing"
                return Failed(failure=Failure.STATUS, reason=reason, hints=hints)
            return NotModified(last_modified=_validator(response.headers, "Last-Modified"), hints=hints)
        if response.status != 200:
            return status_failure(response.status, hints)
        body = await self._body(response)
        if body is None:
            limit = self._config.max_bytes
            return Failed(
                failure=Failure.TOO_LARGE, reason=f"larger than {limit:,} bytes (fetch.max_bytes)", hints=hints
            )
        useless = response.headers.get("Expires", "").strip() == "0"
        return Fetched(
            body=body,
            content_type=_sendable(response.headers.get("Content-Type", ""))[:200],
            base=str(url.with_user(None).with_query(None).with_fragment(None)),
            etag="" if useless else _validator(response.headers, "ETag"),
            last_modified="" if useless else _validator(response.headers, "Last-Modified"),
            hints=hints,
        )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes | None:
        """The decompressed body, or None as soon as it is too large."""
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_chunked(_CHUNK):
            size += len(part)
            if size > self._config.max_bytes:
                response.close()
                return None
            parts.append(part)
        return b"".join(parts)


def status_failure(status: int, hints: ServerHints) -> Failed:
    """What an HTTP status other than 200 and 304 means."""
    if status == 410:
        return Failed(failure=Failure.GONE, reason="HTTP 410: the feed is gone for good", hints=hints)
    if status in (429, 503):
        return Failed(failure=Failure.LIMITED, reason=f"HTTP {status}: the host asks for fewer requests", hints=hints)
    advice = {401: ": it needs a login", 403: ": it refuses readers like this one", 404: ": has the feed moved?"}
    return Failed(failure=Failure.STATUS, reason=f"HTTP {status}{advice.get(status, '')}", hints=hints)


def server_hints(headers: Mapping[str, str], now: datetime) -> ServerHints:
    """Cache-Control, Expires and Retry-After, each in seconds from ``now``."""
    return ServerHints(
        max_age=_max_age(headers.get("Cache-Control", "")),
        expires=_seconds(headers.get("Expires", ""), now),
        retry_after=_seconds(headers.get("Retry-After", ""), now),
    )


def _max_age(value: str) -> int | None:
    for part in value.lower().split(","):
        name, _equals, number = part.strip().partition("=")
        if name == "max-age" and number.strip('"').isdecimal():
            return min(int(number.strip('"')[:12]), _MOST_SECONDS)
    return None


def _seconds(value: str, now: datetime) -> int | None:
    """From a number of seconds or an HTTP date; never negative."""
    value = value.strip()
    if value.isdecimal():
        return min(int(value[:12]), _MOST_SECONDS)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, min(int((aware - now).total_seconds()), _MOST_SECONDS))


def _validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "").strip()
    return value if len(value) <= 1000 and value == _sendable(value) else ""


def _sendable(value: str) -> str:
    """Printable ASCII only: other bytes come as lone surrogates, which can be neither sent nor stored."""
    return "".join(char for char in value if " " <= char <= "~")


def _not_connected(error: OSError) -> Failed:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if "refused: " in str(cause) and "private or reserved" in str(cause):
        return Failed(failure=Failure.REFUSED, reason=str(cause).partition("refused: ")[2])
    kind = cause.strerror or type(cause).__name__
    return Failed(failure=Failure.NETWORK, reason=f"no connection: {kind}")
