"""The step that asks Kafka how far a worker's group has come.

Faust knows it too, but only from the answers to its own fetches: of a partition that it cannot fetch from any more
it says for ever that nothing waits.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.settings import KafkaAccess
from marsad.own_thread import OwnThread
from marsad.scaled.pulse import Place, Pulse, Standing

log = logging.getLogger("marsad.worker")


class Reads(Protocol):
    """What is needed of the worker's Faust."""

    def assignment(self) -> frozenset[Place]:
        """What it reads now."""

    async def first_offsets(self, places: Sequence[Place]) -> dict[Place, int]:
        """Kafka's offset of the first message that each partition still has."""


class LagStep:
    """Asks over a connection of its own, in a thread of its own."""

    def __init__(
        self,
        access: KafkaAccess,
        group: str,
        topics: Sequence[str],
        thread: OwnThread,
        pulse: Pulse,
        clock: Callable[[], float],
    ) -> None:
        self._access = access
        self._group = group
        self._topics = topics
        self._thread = thread
        self._pulse = pulse
        self._clock = clock
        self._told: set[Place] = set()

    async def run_once(self, reads: Reads) -> int:
        """Ask; 0, for it waits until it is time again. Raises KafkaDownError, for which the worker is not to blame."""
        try:
            ends, committed = await self._thread.run(self._ask)
            own = sorted(reads.assignment() or ends.keys())  # none at all: then it matters whether anybody reads
            begun = await reads.first_offsets(own)
        except KafkaDownError:
            self._pulse.excused(self._clock())
            raise
        for place in own:
            self._tell_lost(place, begun.get(place, 0) - committed.get(place, begun.get(place, 0)))
        # Where nothing was committed yet, what was thrown away by age does not wait.
        standings = {place: Standing(ends.get(place, 0), committed.get(place, begun.get(place, 0))) for place in own}
        self._pulse.asked(standings, self._clock())
        return 0

    def _tell_lost(self, place: Place, lost: int) -> None:
        if lost > 0 and place not in self._told:
            log.error(
                "%d messages of %s, partition %d, were thrown away by their age before this stage came to them: "
                "run more workers, or raise the topic's retention.ms",
                lost,
                *place,
            )
            self._told.add(place)
        elif lost <= 0:
            self._told.discard(place)

    def _ask(self) -> tuple[dict[Place, int], dict[Place, int]]:
        with Admin(self._access) as admin:
            committed = dict(admin.group_offsets(self._group))
            ends = {
                (topic, partition): end for topic in self._topics for partition, end in admin.end_offsets(topic).items()
            }
        return ends, committed
