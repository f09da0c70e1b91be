"""The demo's server: its feeds on 127.0.0.1, each with what has appeared so far."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

import yaml
from aiohttp import web

from marsad.demo.faults import XML, Answer, faulty
from marsad.demo.feed_xml import Edition, feed_xml
from marsad.demo.release import Releases
from marsad.demo.world import World

HOST: Final = "127.0.0.1"


class DemoServer:
    """Serves a world while the block lasts.

    ``speed`` 3 runs the demo's 55 seconds in about 20. ``clock`` is monotonic, in seconds; ``opened_at`` is the
    moment that the texts call now.
    """

    def __init__(
        self,
        world: World,
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        opened_at: datetime | None = None,
    ) -> None:
        self.world = world
        self._feeds = {feed.slug: feed for feed in world.feeds}
        self._clock = clock
        self._edition = Edition(opened_at or datetime.now(UTC), speed)
        self._releases = Releases(world, speed, clock())
        self._finished = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{slug}.xml", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, slug: str) -> str:
        """Where a feed is served."""
        return f"http://{HOST}:{self._port}/{self._feeds[slug].slug}.xml"

    @property
    def second(self) -> int:
        """The demo's second, 0 to 55."""
        return self._releases.second

    async def all_fetched(self) -> None:
        """Return when everything has appeared and been fetched."""
        await self._finished.wait()

    def feeds_config(self, folder: Path) -> Path:
        """Write ``feeds.yaml`` for this server and return its path.

        The watch that reads it must allow ``127.0.0.0/8`` in ``fetch.allow_networks``.
        """
        feeds = [
            {
                "slug": feed.slug,
                "name": feed.name,
                "url": self.url(feed.slug),
                "language": feed.language,
                "country": feed.country,
                "family": feed.family,
                "reliability": feed.reliability,
                "identity": str(feed.identity),
            }
            for feed in self.world.feeds
        ]
        path = folder / "feeds.yaml"
        path.write_text(yaml.safe_dump({"feeds": feeds}, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    async def _answer(self, request: web.Request) -> web.Response:
        feed = self._feeds.get(request.match_info["slug"])
        if feed is None:
            raise web.HTTPNotFound
        if feed.fault is not None:
            answer = faulty(feed, self._edition)
        else:
            now = self._clock()
            articles = self._releases.visible(feed.slug, now)
            answer = Answer(200, feed_xml(feed, articles, self._edition), XML)
            self._releases.served(feed.slug, now)
            if self._releases.finished:
                self._finished.set()
        return _response(answer, request.headers.get("If-None-Match", ""))


def _response(answer: Answer, known: str) -> web.Response:
    tag = f'"{sha256(answer.body).hexdigest()[:16]}"'
    if known == tag and answer.status == 200:
        return web.Response(status=304, headers={"ETag": tag})
    headers = {"ETag": tag, "Cache-Control": "max-age=0"} if answer.status == 200 else {}
    return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type, headers=headers)
