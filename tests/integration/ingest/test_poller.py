import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from hostile.local_site import LOCAL, Bench, bench, now, rss, serving

from ingest.config import FeedConfig
from ingest.decide import Outcome
from ingest.fetch import Fetcher
from ingest.inbox import Inbox
from ingest.parse import ParserPool
from ingest.preview import preview
from marsad.errors import StoreError
from stream.embedded import waiting_articles


def run(scene: Callable[[], Awaitable[None]], seconds: float = 60) -> None:
    asyncio.run(asyncio.wait_for(scene(), seconds))  # type: ignore[arg-type]


def with_feeds(database: Path, *slugs: str) -> Callable[[Callable[[Bench], Awaitable[None]]], None]:
    def decorate(scene: Callable[[Bench], Awaitable[None]]) -> None:
        async def inside() -> None:
            async with bench(database, *slugs) as made:
                await scene(made)

        run(inside)

    return decorate


def test_articles_come_once_and_then_nothing_new(database: Path) -> None:
    @with_feeds(database, "a")
    async def _(made: Bench) -> None:
        made.site.give("/a", rss("one", "two"), ETag='"1"')
        first, second = await made.poller.poll_once(), await made.poller.poll_once()
        assert [(report.outcome, report.articles) for report in first + second] == [("articles", 2), ("nothing new", 0)]
        assert made.site.requests[1].headers["If-None-Match"] == '"1"'
        made.site.give("/a", rss("three", "one", "two"))
        await made.poller.poll_once()
        assert [(article.title, article.backlog) for article in made.articles()] == [
            ("two", True),
            ("one", True),
            ("three", False),
        ]


def test_a_feed_that_fails_does_not_hurt_another(database: Path) -> None:
    @with_feeds(database, "a", "b", "c", "d")
    async def _(made: Bench) -> None:
        made.site.give("/a", "no feed")
        made.site.give("/b", "", status=500)
        made.site.give("/c", rss("one"))
        reports = {report.feed: report for report in await made.poller.poll_once()}
        assert [reports[slug].outcome for slug in "abcd"] == ["not a feed", "status", "articles", "status"]
        assert made.poller.states()["b"].last_error == "HTTP 500"


def test_gone_is_not_polled_again_unless_named(database: Path) -> None:
    @with_feeds(database, "a")
    async def _(made: Bench) -> None:
        made.site.give("/a", "", status=410)
        await made.poller.poll_once()
        assert made.poller.states()["a"].retired
        assert await made.poller.poll_once() == []
        assert [report.outcome for report in await made.poller.poll_once("a")] == ["gone"]


def test_the_running_poller_honours_retry_after_for_the_whole_host(database: Path) -> None:
    @with_feeds(database, "a", "b")
    async def _(made: Bench) -> None:
        made.site.give("/a", "", status=429, Retry_After="3600")
        await made.poller.poll_once("a")
        made.site.give("/b", rss("one"))
        stop = asyncio.Event()
        running = asyncio.ensure_future(made.poller.run(stop))
        await asyncio.sleep(0.3)
        stop.set()
        await running
        assert [request.path for request in made.site.requests] == ["/a"]
        wait = made.poller.states()["a"].next_at - now()  # type: ignore[operator]
        assert timedelta(minutes=59) < wait <= timedelta(hours=1)


def test_run_polls_what_is_due_and_stops(database: Path) -> None:
    @with_feeds(database, "a", "b")
    async def _(made: Bench) -> None:
        made.site.give("/a", rss("one"))
        made.site.give("/b", rss("two"))
        stop = asyncio.Event()
        running = asyncio.ensure_future(made.poller.run(stop))
        async with asyncio.timeout(20):
            while waiting_articles(made.inbox._database) < 2:  # noqa: ASYNC110  the store has no event to wait for
                await asyncio.sleep(0.02)
        stop.set()
        await running
        assert sorted(request.path for request in made.site.requests) == ["/a", "/b"]


def test_nothing_is_fetched_while_articles_cannot_be_taken(database: Path) -> None:
    @with_feeds(database, "a")
    async def _(made: Bench) -> None:
        made.poller._may_poll = lambda: False
        stop = asyncio.Event()
        running = asyncio.ensure_future(made.poller.run(stop))
        await asyncio.sleep(0.2)
        stop.set()
        await running
        assert made.site.requests == []


def test_a_crash_between_fetch_and_commit_loses_nothing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with serving() as site:
            site.give("/a", rss("one", "two"), ETag='"1"', Last_Modified="then")
            with monkeypatch.context() as patched:
                patched.setattr(Inbox, "commit", _full)
                async with bench(database, "a", site=site) as made:
                    with pytest.raises(StoreError):
                        await made.poller.poll_once()
            async with bench(database, "a", site=site) as made:
                assert made.poller.states()["a"].etag == ""
                await made.poller.poll_once()
                assert "If-None-Match" not in site.requests[-1].headers
                assert sorted(article.title for article in made.articles()) == ["one", "two"]
            async with bench(database, "a", site=site) as made:
                await made.poller.poll_once()
                assert site.requests[-1].headers["If-None-Match"] == '"1"'
                assert len(made.articles()) == 2

    run(scene)


def _full(_inbox: Inbox, _outcome: Outcome) -> None:
    raise StoreError("the disk is full")


def test_a_full_disk_stops_the_poller_loudly(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inbox, "commit", _full)

    @with_feeds(database, "a")
    async def _(made: Bench) -> None:
        made.site.give("/a", rss("one"))
        with pytest.raises(StoreError, match="the disk is full"):
            await asyncio.wait_for(made.poller.run(asyncio.Event()), 20)


def test_a_failed_transaction_leaves_no_part_of_it(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @with_feeds(database, "a")
    async def _(made: Bench) -> None:
        made.site.give("/a", rss("one"))
        made.inbox._database.execute(
            "CREATE TRIGGER no BEFORE INSERT ON feed_state BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
        with pytest.raises(StoreError):
            await made.poller.poll_once()
        assert made.articles() == []
        assert made.inbox._database.all("SELECT * FROM entry") == []


def test_a_flood_is_taken_in_parts_through_the_store(database: Path) -> None:
    async def scene() -> None:
        limits = LOCAL.model_copy(update={"max_entries": 40})
        async with bench(database, "a", limits=limits) as made:
            made.site.give("/a", rss(*(f"title {n}" for n in range(100))), ETag='"1"')
            counts = [(await made.poller.poll_once())[0].articles for _ in range(4)]
            assert counts == [40, 40, 20, 0]
            assert len({article.id for article in made.articles()}) == 100
            assert [r.headers.get("If-None-Match") for r in made.site.requests] == [None, None, None, '"1"']

    run(scene)


def test_another_url_starts_afresh_without_new_articles(database: Path) -> None:
    async def scene() -> None:
        async with serving() as old, serving() as new:
            old.give("/a", "", status=410)
            async with bench(database, "a", site=old) as made:
                await made.poller.poll_once()
            new.give("/a", rss("one"))
            async with bench(database, "a", site=new) as made:
                assert not made.poller.states()["a"].retired
                assert [report.articles for report in await made.poller.poll_once()] == [1]

    run(scene)


def test_a_slow_feed_holds_up_no_other(database: Path) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(200):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    async def scene() -> None:
        limits = LOCAL.model_copy(update={"timeout": timedelta(seconds=1)})
        async with serving() as slow, bench(database, "a", "b", limits=limits) as made:
            slow.answers["/a"] = drip
            made.poller._urls = {**made.poller._urls, "a": slow.url("/a", "localhost")}
            made.site.give("/b", rss("one"))
            reports = {report.feed: report for report in await made.poller.poll_once()}
            assert (reports["a"].outcome, reports["b"].outcome) == ("timeout", "articles")
            assert reports["b"].seconds < reports["a"].seconds

    run(scene)


def test_a_preview_stores_nothing() -> None:
    async def scene() -> None:
        async with serving() as site, Fetcher(LOCAL) as fetcher, ParserPool() as parser:
            site.give("/a", rss("one"))
            feed = FeedConfig(slug="a", url=site.url("/a"))
            good = await preview(feed, site.url("/a"), fetcher, parser, now())
            assert ([article.title for article in good.articles], good.version) == (["one"], "rss20")
            bad = await preview(feed, site.url("/b"), fetcher, parser, now())
            assert (bad.failed, bad.reason) == (True, "HTTP 404: has the feed moved?")

    run(scene)
