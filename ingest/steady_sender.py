"""Sends to Kafka until Kafka has it: an outage slows polling down, and nothing is lost."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Lock
from time import monotonic
from typing import Final

from marsad.errors import StoreError
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError
from marsad.kafka.producer import Message
from marsad.kafka_log import Sends

SENT_WITHIN: Final = 10.0
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 5.0
TOLD_EVERY: Final = 60.0

log = logging.getLogger("marsad.poll")


class StoppedError(StoreError):
    """Polling was stopped while Kafka could not be reached. What was not stored is fetched again at the next start."""


class SteadySender:
    """One for all feeds of a process, so that an outage is told once a minute and not once a feed. For any threads."""

    def __init__(self, producer: Sends, clock: Callable[[], float] = monotonic) -> None:
        self._producer = producer
        self._clock = clock
        self._stop = Event()
        self._lock = Lock()
        self._waiting = 0
        self._trouble = ""
        self._told_at = -TOLD_EVERY

    @property
    def waiting(self) -> int:
        """How many calls wait for Kafka."""
        return self._waiting

    @property
    def trouble(self) -> str:
        """What they wait for; empty when Kafka takes messages."""
        return self._trouble

    def stop(self) -> None:
        """Calls that wait for Kafka wait no longer. None that comes later is even tried: each would try for itself."""
        self._stop.set()

    def send_all(self, messages: Sequence[Message]) -> None:
        """Durable on return, however long that takes.

        Raises MessageTooLargeError (all others are durable), StoppedError, and StoreError where Kafka refuses.
        """
        if self._stop.is_set():
            raise StoppedError("polling was stopped before this could be stored")
        waits = False
        pause = FIRST_PAUSE
        try:
            while not self._sent(messages, told=waits):
                if not waits:
                    waits = True
                    self._wait_more(1)
                if self.pause(pause):
                    raise StoppedError(f"polling was stopped while it waited: {self._trouble}")
                pause = min(2 * pause, LONGEST_PAUSE)
        except KafkaRefusedError as error:
            raise StoreError(str(error)) from error
        finally:
            if waits:
                self._wait_more(-1)

    def pause(self, seconds: float) -> bool:
        """Wait; whether it was stopped meanwhile."""
        return self._stop.wait(seconds)

    def _sent(self, messages: Sequence[Message], *, told: bool) -> bool:
        try:
            self._producer.send_all(messages, SENT_WITHIN)
        except KafkaDownError as error:
            self._met(str(error))
            return False
        if told:
            self._over()
        return True

    def _wait_more(self, count: int) -> None:
        with self._lock:
            self._waiting += count
            if not self._waiting:
                self._trouble = ""

    def _met(self, error: str) -> None:
        with self._lock:
            self._trouble = error
            now = self._clock()
            tell = now - self._told_at >= TOLD_EVERY
            if tell:
                self._told_at = now
        if tell:
            log.error("polling waits: %s", error)

    def _over(self) -> None:
        with self._lock:
            tell = self._told_at > -TOLD_EVERY
            self._told_at = -TOLD_EVERY
        if tell:
            log.info("Kafka takes messages again: polling goes on")
