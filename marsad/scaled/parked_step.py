"""The step that counts what is parked, by whatever process: only the compacted topic knows what was replayed since."""

import asyncio
import logging
from datetime import timedelta
from typing import Final, Protocol

from marsad.errors import MarsadError
from marsad.kafka.errors import KafkaDownError, LogGapError
from marsad.kafka.reader import RawMessage
from marsad.own_thread import OwnThread
from marsad.steps import wait_for_any

COUNT_EVERY: Final = timedelta(seconds=15)
_BATCH: Final = 500
_WAIT: Final = 5.0

log = logging.getLogger("marsad.watch")


class Reads(Protocol):
    """What is needed of the topic's reader."""

    def raw_after(self, offset: int, limit: int, wait: float) -> list[RawMessage]:
        """The messages behind ``offset``."""

    def first_offset(self) -> int:
        """Of the first message that is there."""

    def last_offset(self) -> int:
        """Of the last one."""


class ParkedStep:
    """Reads each message once, and keeps the keys of what waits."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader
        self._offset = 0
        self._keys: set[bytes] = set()
        self._told = ""
        self.count: int | None = None
        """What waited when it was last counted; None while that is not known."""

    def run_once(self) -> None:
        """Count anew. Never raises MarsadError: an alert must not wait for a figure."""
        try:
            self._read()
        except KafkaDownError:
            pass  # other steps tell it; nothing is parked or replayed meanwhile, so the last count stays true
        except LogGapError as error:
            log.warning("what is parked is counted anew: %s", error)
            self._begin_anew()
        except MarsadError as error:
            self._begin_anew()
            if str(error) != self._told:
                log.error("what is parked cannot be counted: %s", error)  # noqa: TRY400  the message says what to do
            self._told = str(error)
        else:
            self._told = ""

    def _read(self) -> None:
        last = self._reader.last_offset()
        if self._offset > last:  # the topic was made anew
            self._begin_anew()
        if self._offset < last:
            self._offset = max(self._offset, self._reader.first_offset() - 1)
        while self._offset < last:
            found = self._reader.raw_after(self._offset, _BATCH, _WAIT)
            if not found:
                return
            for message in found:
                self._note(message)
            self._offset = found[-1].offset
        self.count = len(self._keys)

    def _note(self, message: RawMessage) -> None:
        if message.key is None:
            return
        if message.value is None:
            self._keys.discard(message.key)
        else:
            self._keys.add(message.key)

    def _begin_anew(self) -> None:
        self._offset, self.count = 0, None
        self._keys.clear()


async def keep_counting(step: ParkedStep, thread: OwnThread, stop: asyncio.Event) -> None:
    """Count until ``stop``."""
    while not stop.is_set():
        await thread.run(step.run_once)
        await wait_for_any([stop], COUNT_EVERY)
