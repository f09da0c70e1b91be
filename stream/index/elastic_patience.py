"""Waiting out what is transient: without end, ever longer up to a bound, told in the log at a bounded rate."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from stream.index.elastic_errors import UnreachableError
from stream.index.elastic_requests import Json, Requests

Answer = TypeVar("Answer")

SHORTEST: Final = 0.25
LONGEST: Final = 15.0
"""Seconds; what waits is taken at most this long after the server is ready again."""
TELL_EVERY: Final = timedelta(seconds=60)

log = logging.getLogger("marsad.index")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing, or not everything, is taken at the moment."""

    since: datetime
    reason: str


def delay(attempt: int, chance: float) -> float:
    """Seconds before the next attempt: doubled each time, spread over half to the whole. ``chance`` is in 0 to 1."""
    return float(min(LONGEST, SHORTEST * 2.0 ** min(attempt, 20)) * (0.5 + chance / 2))


class Patience:
    """Waits and says so, for several requests at a time. ``trouble`` is what health shows."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._waiting = 0
        self._told: datetime | None = None
        self._told_now = False
        self.trouble: Trouble | None = None
        self.waits = 0
        """How often it was waited, since the start."""

    async def until_reached(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer, however long it takes. Raises what is not transient."""
        with self.wait() as again:
            while True:
                try:
                    return await ask()
                except UnreachableError as error:
                    await again(str(error))

    @contextmanager
    def wait(self) -> Iterator[Callable[[str], Awaitable[None]]]:
        """What it gives is called with the reason before each further attempt; at the end this one waits no more."""
        attempt = 0

        async def again(reason: str) -> None:
            nonlocal attempt
            self._waiting += attempt == 0
            attempt += 1
            self._tell(reason)
            await self._sleep(delay(attempt - 1, self._chance()))

        try:
            yield again
        finally:
            if attempt:
                self._waiting -= 1
                if not self._waiting:
                    self._over()

    def _tell(self, reason: str) -> None:
        now = self._clock()
        self.trouble = Trouble(self.trouble.since if self.trouble else now, reason)
        self.waits += 1
        if self._told is None or now - self._told >= TELL_EVERY:
            self._told, self._told_now = now, True
            since = f"{self.trouble.since:%H:%M:%S}"
            log.warning("search index stands still since %s, alerts go on: %s", since, reason)

    def _over(self) -> None:
        """Nobody waits any more."""
        if self.trouble and self._told_now:
            log.warning("search index goes on, after %d s", (self._clock() - self.trouble.since).total_seconds())
        self.trouble, self._told_now = None, False


class PatientRequests:
    """``Requests`` that are asked until they are answered."""

    def __init__(self, client: Requests, patience: Patience) -> None:
        self._client = client
        self._patience = patience

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Json:
        """See ``Requests.get``."""
        return await self._patience.until_reached(lambda: self._client.get(path, params))

    async def send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, params: Mapping[str, Any] | None = None
    ) -> Json:
        """See ``Requests.send``. An answer may be lost: what is sent must be such that it can be sent again."""
        return await self._patience.until_reached(lambda: self._client.send(method, path, body, params))

    async def bulk(self, lines: bytes, params: Mapping[str, Any]) -> Json:
        """See ``Requests.bulk``."""
        return await self._patience.until_reached(lambda: self._client.bulk(lines, params))
