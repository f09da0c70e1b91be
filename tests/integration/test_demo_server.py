"""The demo's server on a real socket, its clock in the test's hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from ingest.config import load_feeds
from marsad.demo.server import DemoServer
from marsad.demo.world import load_world

WORLD = load_world()
OPENED = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Hand:
    """A clock that goes only when it is turned."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def served(use: Callable[[DemoServer, aiohttp.ClientSession, Hand], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = Hand()
        server = DemoServer(WORLD, clock=clock, opened_at=OPENED)
        async with server, aiohttp.ClientSession() as session:
            await use(server, session, clock)

    asyncio.run(run())


async def body(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        assert answer.status == 200
        return await answer.text(errors="replace")  # the charset stands in the XML only


async def fetch_all(server: DemoServer, session: aiohttp.ClientSession) -> None:
    for feed in WORLD.healthy:
        await body(session, server.url(feed.slug))


def test_articles_appear_at_their_seconds_and_the_end_is_told() -> None:
    async def use(server: DemoServer, session: aiohttp.ClientSession, clock: Hand) -> None:
        await fetch_all(server, session)
        assert "djibo-marche-1" not in await body(session, server.url("ouaga-depeches"))
        for clock.now in range(60):
            await fetch_all(server, session)
        last = await body(session, server.url("niamey-soir"))
        assert "cinq gendarmes" in last.lower()
        assert "trois gendarmes tués" not in last.lower(), "the revision replaces the article"
        assert server.second == 54
        await asyncio.wait_for(server.all_fetched(), 1)

    served(use)


def test_an_unchanged_feed_is_not_sent_again() -> None:
    async def use(server: DemoServer, session: aiohttp.ClientSession, clock: Hand) -> None:
        url = server.url("savannah-post")
        async with session.get(url) as answer:
            tag = answer.headers["ETag"]
        async with session.get(url, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
            assert await answer.read() == b""
        await fetch_all(server, session)
        clock.now = 20
        while server.second < 14:
            await fetch_all(server, session)
        async with session.get(url, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 200
            assert "near Baga" in await answer.text()

    served(use)


def test_faulty_feeds_are_served_as_faulty_and_strangers_are_not_found() -> None:
    async def use(server: DemoServer, session: aiohttp.ClientSession, _: Hand) -> None:
        statuses = {}
        for feed in WORLD.feeds:
            if feed.fault:
                async with session.get(server.url(feed.slug)) as answer:
                    statuses[feed.fault] = (answer.status, answer.content_type)
        assert statuses == {
            "server-error": (500, "text/plain"),
            "challenge": (200, "text/html"),
            "bomb": (200, "application/xml"),
            "cut": (200, "application/xml"),
        }
        async with session.get(server.url("savannah-post").replace("savannah-post", "nobody")) as answer:
            assert answer.status == 404

    served(use)


def test_the_config_names_every_feed_where_it_is_served(tmp_path: Path) -> None:
    async def use(server: DemoServer, _: aiohttp.ClientSession, __: Hand) -> None:
        feeds = load_feeds(server.feeds_config(tmp_path)).feeds
        assert [feed.url for feed in feeds] == [server.url(feed.slug) for feed in WORLD.feeds]
        assert all(str(feed.url).startswith("http://127.0.0.1:") for feed in feeds)

    served(use)
