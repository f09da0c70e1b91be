"""Holds fetching back while what was fetched cannot be stored: a stalled Kafka must not fill the memory."""

import asyncio
from collections.abc import Iterable
from typing import Final

from ingest.fetched import Failed, Fetched, FetchRequest, NotModified
from ingest.poller import Fetches

MOST: Final = 64


class Uncommitted:
    """A fetcher in front of another, which counts feeds from their fetch to their being stored.

    With ``most`` of them it fetches no more until one is stored. Fetches that are on their way come on top.
    """

    def __init__(self, fetcher: Fetches, most: int = MOST) -> None:
        self._fetcher = fetcher
        self._most = most
        self._feeds: set[str] = set()
        self._room = asyncio.Event()

    def __len__(self) -> int:
        return len(self._feeds)

    @property
    def full(self) -> bool:
        """Whether no more is fetched for now."""
        return len(self._feeds) >= self._most

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified | Failed:
        """Fetch a feed, once there is room for what comes."""
        while self.full:
            self._room.clear()
            await self._room.wait()
        answer = await self._fetcher.fetch(request)
        self._feeds.add(request.slug)
        return answer

    def done(self, feeds: Iterable[str]) -> None:
        """These are stored, or given up."""
        self._feeds.difference_update(feeds)
        self._room.set()
