"""A local web server that counts, and a poller on top of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from ingest.config import FeedConfig, FetchConfig
from ingest.fetch import Fetcher
from ingest.inbox import Inbox
from ingest.parse import ParserPool
from ingest.poller import Poller
from marsad.article import Article
from marsad.codec import decode_article
from marsad.sqlite import Database

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """Answers by path; ``connections`` counts every TCP connection."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def give(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(body=raw, status=status, headers={"Content-Type": "text/xml", **named})

        self.answers[path] = answer


class _Counting(web.Server):
    site: Site

    def connection_made(self, handler: object, transport: asyncio.Transport) -> None:
        self.site.connections += 1
        super().connection_made(handler, transport)  # type: ignore[arg-type]


@asynccontextmanager
async def serving(host: str = "127.0.0.1") -> AsyncIterator[Site]:
    site = Site()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        site.requests.append(request)  # type: ignore[arg-type]
        found = site.answers.get(request.path)
        return await found(request) if found else web.Response(status=404)  # type: ignore[arg-type]

    server = _Counting(answer)
    server.site = site
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, host, 0)
    await listener.start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        await runner.cleanup()


LOCAL = FetchConfig.model_validate({"allow_networks": ["127.0.0.0/8", "::1/128"], "timeout": "5s"})


@dataclass
class Bench:
    """A poller with all its parts."""

    site: Site
    inbox: Inbox
    poller: Poller

    def articles(self) -> list[Article]:
        return [decode_article(body) for (body,) in self.inbox._database.all("SELECT body FROM inbox ORDER BY seq")]


@asynccontextmanager
async def bench(
    database: Path, *slugs: str, site: Site | None = None, limits: FetchConfig = LOCAL, pool: ParserPool | None = None
) -> AsyncIterator[Bench]:
    """Feeds ``slugs`` at ``/slug`` of the site."""
    opened = Database.open(database)
    try:
        if site is None:
            async with serving() as own, bench(database, *slugs, site=own, limits=limits, pool=pool) as made:
                yield made
            return
        feeds = [FeedConfig(slug=slug, url=site.url(f"/{slug}")) for slug in slugs]
        urls = {feed.slug: site.url(f"/{feed.slug}") for feed in feeds}
        inbox = Inbox(opened)
        async with Fetcher(limits) as fetcher, pool or ParserPool() as parser:
            yield Bench(site, inbox, Poller(feeds, urls, fetcher, parser, inbox, now, limits=limits))
    finally:
        opened.close()


def now() -> datetime:
    return datetime.now(UTC)


def rss(*titles: str, extra: str = "") -> str:
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><link>https://p.example/{title}</link>"
        f"<description>What {title} tells</description></item>"
        for title in titles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{extra}{items}</channel></rss>'
