"""Feeds that note who asks for them, and pollers in processes of their own that share them over a real Kafka."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Self

from e2e.running import Watch

from marsad.article import Article
from marsad.codec import decode_article
from marsad.kafka.admin import Admin
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, wanted

PARTITIONS = 4
EVERY = 0.3
"""Seconds between two polls of a feed."""
CHILD = Path(__file__).with_name("child.py")
ITEM = (
    '<item><guid isPermaLink="false">{title}</guid><title>{title}</title><link>https://p.example/{title}</link>'
    "<description>{text}</description></item>"
)


@dataclass(frozen=True)
class Request:
    """One fetch of a feed. ``began`` and ``ended`` by the server's clock."""

    feed: str
    poller: str
    conditional: bool
    began: float
    ended: float


@dataclass
class FeedSite:
    """Feeds by slug on 127.0.0.1, newest entry first; unknown ones are empty."""

    items: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[str, str] = field(default_factory=dict)
    """Title → text."""
    takes: float = 0.05
    _requests: list[Request] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        site = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                began = time.monotonic()
                feed, poller = self.path.strip("/"), self.headers["User-Agent"]
                body = site.body(feed)
                etag = f'"{sha256(body).hexdigest()[:16]}"'
                asked = self.headers["If-None-Match"]
                time.sleep(site.takes)
                self.send_response(304 if asked == etag else 200)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", "0" if asked == etag else str(len(body)))
                self.end_headers()
                if asked != etag:
                    self.wfile.write(body)
                site._requests.append(Request(feed, poller, bool(asked), began, time.monotonic()))

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Answers)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def body(self, feed: str) -> bytes:
        items = "".join(ITEM.format(title=title, text=self.texts.get(title, "")) for title in self.items[feed])
        return f'<rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()

    def url(self, feed: str) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}/{feed}"

    def publish(self, feeds: Sequence[str], name: str) -> set[str]:
        """One entry in each feed; their titles."""
        titles = {feed: f"{feed}-{name}" for feed in feeds}
        for feed, title in titles.items():
            self.items[feed] = [title, *self.items[feed]]
        return set(titles.values())

    def requests(self, since: float = 0.0) -> list[Request]:
        """In the order in which they began."""
        return sorted((one for one in self._requests.copy() if one.began >= since), key=lambda one: one.began)

    def by_feed(self, since: float = 0.0) -> Mapping[str, list[Request]]:
        found: dict[str, list[Request]] = defaultdict(list)
        for one in self.requests(since):
            found[one.feed].append(one)
        return found

    def pollers(self, since: float = 0.0) -> Mapping[str, list[str]]:
        """Of each feed, who polled it, one after the other."""
        return {
            feed: [poller for poller, _ in groupby(one.poller for one in requests)]
            for feed, requests in self.by_feed(since).items()
        }

    def polled_by_two_at_once(self) -> list[tuple[Request, Request]]:
        return [
            (first, second)
            for requests in self.by_feed().values()
            for first, second in pairwise(requests)
            if second.began < first.ended
        ]


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that was killed leaves its answer half sent: that is what these tests do."""


@dataclass
class Poller(Watch):
    """A poller's folder and process."""

    every: float = EVERY
    kill_at: int = 0
    """It kills itself between articles and state, at the nth poll with articles."""
    instance: str = ""

    def start(self, **options: Any) -> None:
        self._started += 1
        command = [sys.executable, str(CHILD), str(self.folder), str(self.every), str(self.kill_at), self.instance]
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=err,
                env={**self._environment(), "PYTHONPATH": os.pathsep.join(sys.path)},
                **options,
            )


@dataclass(frozen=True)
class Scene:
    """One Marsad's feeds and topics."""

    site: FeedSite
    access: KafkaAccess
    topics: Topics
    feeds: Sequence[str]

    @classmethod
    def set_up(cls, site: FeedSite, bootstrap: str, prefix: str, feeds: int, largest: int | None = None) -> "Scene":
        """``largest``: bytes of an article's message."""
        access, topics = KafkaAccess(tuple(bootstrap.split(","))), Topics(prefix)
        with Admin(access) as admin:
            for topic in wanted(topics, partitions=PARTITIONS, replication=1):
                if largest and topic.name == topics.articles:
                    topic.settings["max.message.bytes"] = str(largest)  # type: ignore[index]
                admin.create([topic])
        return cls(site, access, topics, [f"feed-{number}" for number in range(feeds)])

    def poller(self, folder: Path, **options: Any) -> Poller:
        """Named as its folder."""
        poller = Poller(folder, **options)
        poller.write(
            marsad={
                "fetch": {"allow_networks": ["127.0.0.0/8"], "user_agent": folder.name, "per_host": 20},
                "http": {"port": 0},
                "kafka": {"bootstrap": list(self.access.bootstrap), "prefix": self.topics.prefix},
            },
            routes={"receivers": [{"name": "desk", "console": True}], "default": ["desk"]},
            feeds={"feeds": [{"slug": feed, "url": self.site.url(feed)} for feed in self.feeds]},
        )
        return poller

    def articles(self) -> list[Article]:
        """Everything that was sent, twice what was sent twice."""
        return [
            decode_article(message.value or b"")
            for partition in range(PARTITIONS)
            for message in self._messages(partition)
        ]

    def titles(self) -> set[str]:
        return {article.title for article in self.articles()}

    def _messages(self, partition: int) -> Iterator[Any]:
        with closing(PartitionReader(self.access, self.topics.articles, partition)) as reader:
            offset, last = reader.first_offset() - 1, reader.last_offset()
            while offset < last and (batch := reader.raw_after(offset, 500, 5.0)):
                yield from batch
                offset = batch[-1].offset


@contextmanager
def running(*pollers: Poller) -> Iterator[None]:
    """Started one after the other, and ended whatever happens."""
    try:
        for poller in pollers:
            poller.start()
        yield
    finally:
        for poller in pollers:
            if poller.process is not None:
                poller.process.send_signal(signal.SIGCONT)
            poller.end()
