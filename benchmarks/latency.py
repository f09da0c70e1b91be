"""From durable to handed to Apprise, on an otherwise idle watch: the real loop, a feed and a receiver on 127.0.0.1."""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from faults.feed_server import Site
from faults.test_kill import TOWNS, attack, write_folder

from alerts.notifier import AppriseNotifier
from ingest.inbox import Inbox
from marsad.alert import Notification
from marsad.config import load
from marsad.wiring import Outside, run_embedded

DEADLINE = 60.0


class Clocks:
    """When an article was durable, and when its alert was handed on; by link."""

    def __init__(self) -> None:
        self.durable: dict[str, float] = {}
        self.handed: dict[str, float] = {}

    def watch(self) -> None:
        """Wrap the two ends of the way."""
        commit, send = Inbox.commit, AppriseNotifier.send

        def committed(inbox: Inbox, outcome: Any) -> None:
            commit(inbox, outcome)
            for article in outcome.articles:
                self.durable.setdefault(article.link, time.perf_counter())

        def handed(notifier: AppriseNotifier, url: str, notification: Notification) -> Any:
            link = next(word for word in notification.body.split() if word.startswith("https://"))
            self.handed.setdefault(link, time.perf_counter())
            return send(notifier, url, notification)

        Inbox.commit, AppriseNotifier.send = committed, handed  # type: ignore[method-assign]


async def measure(folder: Path, site: Site, clocks: Clocks) -> list[float]:
    stop = asyncio.Event()
    outside = Outside(
        observe=lambda _entry, _effects: None, console=lambda _message: None, poll_every=timedelta(seconds=0.1)
    )
    watching = asyncio.create_task(run_embedded(load(folder), outside, stop))
    for number in range(len(TOWNS)):
        article = attack(number)
        site.publish([article])
        await _handed(clocks, article.link, warm=number > 0)
    stop.set()
    await watching
    return sorted(clocks.handed[link] - clocks.durable[link] for link in clocks.handed)[:-1]


async def _handed(clocks: Clocks, link: str, *, warm: bool) -> None:
    """An article that raises no alert is passed over; the first one also waits for the start."""
    end = time.perf_counter() + (3.0 if warm else DEADLINE)
    while link not in clocks.handed and time.perf_counter() < end:  # noqa: ASYNC110  the senders are threads
        await asyncio.sleep(0.02)


def main() -> None:
    clocks = Clocks()
    clocks.watch()
    with tempfile.TemporaryDirectory() as name, Site() as site:
        folder = Path(name)
        write_folder(folder, site)
        for number in range(4):
            site.feeds.setdefault(f"/feed-{number}.xml", [])
        seconds = asyncio.run(measure(folder, site, clocks))
    cuts = quantiles(seconds, n=100, method="inclusive")
    print(
        f"durable to handed to Apprise, idle: {len(seconds)} alerts ({datetime.now(UTC):%Y-%m-%d}), "
        f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
