"""Twenty hostile feeds and five good ones through the whole poller."""

import asyncio
import resource
from pathlib import Path

import pytest
from hostile.feeds import BOMBS
from hostile.local_site import Bench, bench, rss

from ingest.fetched import ParseJob
from ingest.parse import DEADLINE_SECONDS, ParserPool
from ingest.parse_worker import MEMORY_BYTES

GOOD = [f"good-{number}" for number in range(5)]
BAD = {f"bad-{number}": make for number, make in enumerate(BOMBS.values())}


def _url(made: Bench, slug: str) -> str:
    return made.site.url(f"/{slug}", "localhost" if slug in GOOD else "127.0.0.1")


@pytest.mark.slow
def test_hostile_feeds_cost_only_themselves(database: Path) -> None:
    async def run() -> None:
        async with bench(database, *BAD, *GOOD) as made:
            for slug in GOOD:
                made.site.give(f"/{slug}", rss(*(f"{slug} tells {n}" for n in range(20))))
            for slug, make in BAD.items():
                made.site.give(f"/{slug}", make())
            # The good ones are another host's, so that what is measured is the poller and not the limit per host.
            made.poller._urls = {slug: _url(made, slug) for slug in (*BAD, *GOOD)}
            reports = {report.feed: report for report in await made.poller.poll_once()}
            assert (len(BOMBS), DEADLINE_SECONDS) == (20, 10)
            assert all(reports[slug].articles == 20 for slug in GOOD)
            slowest = max(reports[slug].seconds for slug in GOOD)
            print(f"good feeds took at most {slowest:.2f} s beside {len(BAD)} hostile ones")
            killed = [report.seconds for report in reports.values() if "killed" in report.reason]
            assert slowest < min(killed, default=10)
            told = [article.title for article in made.articles() if article.source.feed.startswith("bad")]
            assert not any("ha" in title or "root:" in title or "&l" in title for title in told)
            assert not any(len(title) > 500 for title in told)
            again = [report for slug in GOOD for report in await made.poller.poll_once(slug)]
            assert [report.outcome for report in again] == ["nothing new"] * len(GOOD)
            assert all(
                made.poller.states()[slug].last_error for slug, report in reports.items() if "killed" in report.reason
            )

    asyncio.run(asyncio.wait_for(run(), 240))


def test_the_worker_is_held_to_its_memory() -> None:
    """The limit is the kernel's: no worker can have more than this in memory, whatever a feed makes it do."""

    async def run() -> tuple[int, int]:
        async with ParserPool(size=1) as pool:
            await pool.parse(ParseJob(body=rss("one").encode(), content_type="text/xml", base="", body_limit=1_000))
            (worker,) = [slot for slot in pool._quick._slots._queue if slot]  # type: ignore[attr-defined]
            return resource.prlimit(worker._process.pid, resource.RLIMIT_AS)

    assert MEMORY_BYTES == 512 * 1024 * 1024
    assert asyncio.run(run())[0] == MEMORY_BYTES
