"""Ends a worker that hangs, so that its supervisor starts it anew: what it had in hand is delivered again."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, NoReturn

from marsad.scaled.pulse import Pulse

GAVE_UP: Final = 70
"""The exit code (EX_SOFTWARE) of a worker that ended itself."""

log = logging.getLogger("marsad.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds."""

    ask_every: float = 15.0
    """Between two looks at how far Kafka says that the group has come."""
    sick: float = 45.0
    """Silence after which health says so: with the time between two looks, within a minute."""
    end: float = 180.0
    """Silence after which the process ends itself."""
    stop: float = 25.0
    """How long a stop may take: less than the 30 that Kubernetes gives before it kills."""


def give_up(reason: str) -> NoReturn:
    """End the process now. Not in order: a stop in order would commit what is not done."""
    log.critical("ends itself, nothing is lost, what was in hand is delivered again: %s", reason)
    os._exit(GAVE_UP)


class Watchdog:
    """Looks from a thread of its own, since an event loop that is blocked cannot look after itself."""

    def __init__(
        self,
        pulse: Pulse,
        limits: Limits,
        *,
        end: Callable[[str], None] = give_up,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._pulse = pulse
        self._limits = limits
        self._end = end
        self._clock = clock
        self._deadline: float | None = None
        self._over = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stopping(self) -> None:
        """The worker was told to stop: from here on it has so long, and no longer. Only the first time counts."""
        if self._deadline is None:
            self._deadline = self._clock() + self._limits.stop

    def close(self) -> None:
        """It has ended in order."""
        self._over.set()

    def look(self) -> None:
        """End the process if it is time to."""
        now = self._clock()
        if self._deadline is not None:
            if now >= self._deadline:
                self._end(f"the batch in hand was not done {self._limits.stop:g} s after the stop")
        elif (silence := self._pulse.silence(now)) >= self._limits.end:
            self._end(f"nothing came of the messages that wait for {silence:.0f} s: the worker hangs")

    def _watch(self) -> None:
        while not self._over.wait(1.0):
            self.look()
