"""Whether a worker gets on: per partition, since when nothing came of what waits there. Pure: the clock is given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

Place = tuple[str, int]
"""Topic and partition."""
LOOKED_WITHIN: Final = 60.0
"""Seconds between two looks at how the partitions stand, where Kafka takes its time to answer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a partition goes, and how far the group has come in it: Marsad's offsets of the last of each."""

    end: int
    committed: int

    @property
    def lag(self) -> int:
        """How many messages wait."""
        return max(0, self.end - self.committed)


class Pulse:
    """What a worker was seen to do. Moments are seconds of a clock that nobody sets. One thread writes, any read."""

    def __init__(self, now: float) -> None:
        self._beat = self._looked = now
        self.standings: Mapping[Place, Standing] = {}
        self.since: Mapping[Place, float] = {}
        """When each partition was last seen to get on, or to have nothing waiting."""

    def asked(self, found: Mapping[Place, Standing], now: float) -> None:
        """How the partitions stand that this worker reads. One that was not its own before begins now."""
        self._looked = now
        before = self.standings
        self.since = {
            place: self.since[place]
            if standing.lag and place in before and standing.committed == before[place].committed
            else now
            for place, standing in found.items()
        }
        self.standings = dict(found)

    def worked(self, places: Iterable[Place], now: float) -> None:
        """Part of a batch with messages of these partitions was done."""
        self.since = {**self.since, **{place: now for place in places if place in self.since}}

    def excused(self, now: float) -> None:
        """Nothing can get on now, and it is not this worker's fault: an outage is waited out."""
        self._looked = now
        self.since = dict.fromkeys(self.since, now)

    def beat(self, now: float) -> None:
        """The event loop turns."""
        self._beat = now

    def silence(self, now: float) -> float:
        """Seconds that the worst partition with something waiting is silent, or the event loop stands.

        Or that nobody has looked how they stand, beyond what a look may take: what was seen last says nothing then.
        """
        standings, since = self.standings, self.since
        stuck = [now - moment for place, moment in since.items() if place in standings and standings[place].lag]
        return max(0.0, now - self._beat, now - self._looked - LOOKED_WITHIN, *stuck)

    @property
    def lag(self) -> int:
        """How many messages wait in all partitions of this worker."""
        return sum(standing.lag for standing in self.standings.values())
