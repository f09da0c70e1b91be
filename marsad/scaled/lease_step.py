"""The step that keeps the lease of one of several watches, or waits for it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from time import CLOCK_BOOTTIME, clock_gettime
from typing import Final, Protocol

from marsad.lease import Tenure
from marsad.log import Effect, LeaseTaken, Record
from marsad.outgoing import Outgoing

MOST_BEHIND: Final = 500
"""A second's work."""


class Appends(Protocol):
    """What is needed of a log."""

    def append(self, records: Sequence[Record], now: datetime) -> None:
        """Durable on return."""


def boot_seconds() -> float:
    """A clock that nobody sets, and that counts on while the machine sleeps."""
    return clock_gettime(CLOCK_BOOTTIME)


class LeaseStep:
    """One process's lease: claims go to the log, and count once they are read back from it. For any threads."""

    def __init__(
        self,
        tenure: Tenure,
        log: Appends,
        outgoing: Outgoing,
        cursor: Callable[[], int],
        clock: Callable[[], datetime],
        behind: Callable[[], int] = lambda: 0,
        moment: Callable[[], float] = boot_seconds,
    ) -> None:
        """``behind``: log entries that are not folded yet. Who is far behind reads its own claims back too late."""
        self._tenure = tenure
        self._log = log
        self._outgoing = outgoing
        self._cursor = cursor
        self._clock = clock
        self._behind = behind
        self._moment = moment
        self._turn = Lock()
        self.term = 0
        """How often the lease came to this process."""
        self.owner = tenure.owner
        self.holder = ""
        """Who has it, as far as the log was read."""

    def may_act(self) -> bool:
        """Whether this process may send, tick and publish now."""
        with self._turn:
            return self._tenure.may_act(self._moment())

    def run_once(self) -> int:
        """Claim the lease if it is time to; how many claims. Raises KafkaDownError."""
        if self._behind() > MOST_BEHIND:
            return 0
        published = self._published()
        with self._turn:
            moment = self._moment()
            if not self._tenure.due(moment):
                return 0
            claim = self._tenure.claim(moment, published)
        self._log.append([claim], self._clock())
        return 1

    def observe(self, effects: Sequence[Effect]) -> None:
        """Hear of what was folded."""
        for effect in effects:
            if isinstance(effect, LeaseTaken):
                with self._turn:
                    self.holder = effect.owner
                    self.term += self._tenure.read_back(effect, self._moment(), self._clock())

    def release(self) -> None:
        """Give the lease back at the end, so that the next watch need not wait. Raises KafkaDownError."""
        if not self.may_act():
            return
        published = self._published()
        with self._turn:
            released = self._tenure.release(published)
        self._log.append([released], self._clock())

    def _published(self) -> int:
        return self._outgoing.published_up_to(self._cursor())
