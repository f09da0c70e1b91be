"""How long after its publication each attack is told, while servers are down."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from e2e.running import until
from faults.feed_server import Site
from faults.scaled_log import AskedThread
from faults.scaled_scene import ScaledScene
from faults.test_kill import bodies, link_of

from marsad.article import Article

GRACE = 30.0
"""Seconds within which an alert must be out once all servers are ready."""


@dataclass
class Outage:
    """Moments of ``time.perf_counter``: when it began, and when all servers were ready again."""

    began: float = 0.0
    ready: float = 0.0

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """At the end of the block all servers are ready."""
        self.began = time.perf_counter()
        yield
        self.ready = time.perf_counter()

    def latest(self, published: float) -> float:
        """When an alert on what was published then must be out."""
        caught = self.began - GRACE <= published < self.ready
        return (self.ready if caught else published) + GRACE


class Newsroom(AskedThread):
    """Publishes an attack and some other articles again and again, as long as it is not ended."""

    def __init__(self, scene: ScaledScene, beats: Sequence[Sequence[Article]], every: float) -> None:
        super().__init__()
        self.published: dict[str, float] = {}
        """Link of an attack → when it was published, by ``time.perf_counter``."""
        self._scene, self._beats, self._every = scene, beats, every

    def run(self) -> None:
        for beat in self._beats:
            self.published[beat[0].link] = time.perf_counter()
            self._scene.publish(beat)
            if self._stop_asked.wait(self._every):
                return
            self._scene.withdraw_what_is_read()

    def wait_for(self, count: int) -> None:
        """Until so many more attacks are published."""
        upto = len(self.published) + count
        until(lambda: len(self.published) >= upto, f"{upto} attacks are published", count * self._every + 60)


def first_told(site: Site) -> dict[str, float]:
    """Link of an attack → when its first message came."""
    found: dict[str, float] = {}
    for link, moment in zip(map(link_of, bodies(site)), site.arrived, strict=False):
        found.setdefault(link, moment)
    return found


def check_delays(published: Mapping[str, float], site: Site, outage: Outage) -> str:
    """No attack was told later than it may be. What to report."""
    told = first_told(site)
    assert set(told) == set(published)
    late = [over for link, moment in published.items() if (over := told[link] - outage.latest(moment)) > 0]
    assert not late, f"{len(late)} of {len(published)} alerts came too late, by {max(late):.1f} s at most"
    during = [link for link, moment in published.items() if outage.began <= moment < outage.ready]
    others = sorted(told[link] - moment for link, moment in published.items() if link not in during)
    report = (
        f"{len(published)} alerts, after {others[len(others) // 2]:.1f} s in the middle, {others[-1]:.1f} s at most"
    )
    if not during:
        return report
    last = max(told[link] for link in during) - outage.ready
    return (
        f"{report}; but for {len(during)} of attacks published in the outage of {outage.ready - outage.began:.0f} s, "
        f"the last of them {last:.1f} s after all was ready"
    )
