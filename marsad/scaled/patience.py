"""Waiting out what passes by itself: a step that meets a dead Kafka tries again until it lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from marsad.kafka.errors import KafkaDownError
from marsad.steps import wait_for_any

PAUSE: Final = timedelta(seconds=1)
TOLD_EVERY: Final = timedelta(minutes=1)

log = logging.getLogger("marsad.scaled")


class Patience:
    """Steps that go on after an outage. ``trouble`` says what is the matter now; empty when nothing is."""

    def __init__(self, stop: asyncio.Event, clock: Callable[[], datetime]) -> None:
        self._stop = stop
        self._clock = clock
        self._troubles: dict[str, str] = {}
        self._told: dict[str, datetime] = {}

    @property
    def trouble(self) -> str:
        """What every step in trouble says, each once."""
        return "; ".join(dict.fromkeys(self._troubles.values()))

    def step(self, name: str, run_once: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        """The step, which waits where it would have failed because Kafka is down."""

        async def patient() -> int:
            try:
                done = await run_once()
            except KafkaDownError as error:
                self.met(name, str(error))
                await wait_for_any([self._stop], PAUSE)
                return 0
            self.over(name)
            return done

        return patient

    def met(self, name: str, error: str) -> None:
        """Something is waited out: told at once, then once a minute."""
        self._troubles[name] = error
        now = self._clock()
        if name not in self._told or now - self._told[name] >= TOLD_EVERY:
            self._told[name] = now
            log.error("%s waits: %s", name, error)

    def over(self, name: str) -> None:
        """It has passed."""
        if self._troubles.pop(name, None) is not None:
            self._told.pop(name, None)
            log.info("%s goes on", name)
