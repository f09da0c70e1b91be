"""Whether a worker's partitions are taken from it again and again. Pure: the clock is given."""

from collections import deque
from typing import Final

SECONDS: Final = 60.0
OFTEN: Final = 6
"""A deployment that replaces a few workers makes fewer in a minute; two that take each other's place, thirty."""


class Rebalances:
    """Of the last minute. Moments are seconds of a clock that nobody sets."""

    def __init__(self) -> None:
        self._seen = 0
        self._moments: deque[float] = deque()

    def trouble(self, count: int, now: float, instance: str) -> str:
        """What is amiss; empty where nothing is. ``count``: how many there were since the start."""
        self._moments.extend([now] * (count - self._seen))
        self._seen = count
        while self._moments and self._moments[0] <= now - SECONDS:
            self._moments.popleft()
        if len(self._moments) < OFTEN:
            return ""
        return (
            f"partitions were given out anew {len(self._moments)} times in a minute: is another worker of this kind "
            f"named {instance} too? Give each its own MARSAD_INSTANCE"
        )
