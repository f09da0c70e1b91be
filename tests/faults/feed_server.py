"""Feeds and a webhook on 127.0.0.1: threads of the test's own process, so no kill touches them."""

import json
import threading
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from marsad.article import Article

RSS = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
ITEM = (
    '<item><guid isPermaLink="false">{guid}</guid><link>{link}</link><title>{title}</title>'
    "<description>{summary}</description><pubDate>{date}</pubDate></item>"
)


@dataclass
class Site:
    """Feeds by path, with what is published so far, and every message that came to the webhook."""

    feeds: dict[str, list[Article]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    """When each message came, in seconds of ``time.perf_counter``."""
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        site = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path not in site.feeds:
                    self._send(404, b"no such feed", "text/plain")
                    return
                body = rss("A paper", site.feeds[self.path]).encode()
                etag = f'"{sha256(body).hexdigest()[:16]}"'
                same = self.headers["If-None-Match"] == etag
                self._send(304 if same else 200, b"" if same else body, "application/rss+xml", etag)

            def do_POST(self) -> None:
                site.arrived.append(time.perf_counter())
                site.messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._send(200, b"{}", "application/json")

            def _send(self, status: int, body: bytes, kind: str, etag: str = "") -> None:
                self.send_response(status)
                if etag:
                    self.send_header("ETag", etag)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Answers)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def publish(self, articles: Sequence[Article]) -> None:
        """Each in its feed's file."""
        for article in articles:
            self.feeds.setdefault(f"/{article.source.feed}.xml", []).append(article)

    def withdraw(self, links: Container[str]) -> None:
        """Take these out of their feeds, as a feed that shows its newest entries only does."""
        for path, shown in self.feeds.items():
            self.feeds[path] = [article for article in shown if article.link not in links]


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that was killed leaves its answer half sent: that is what these tests do."""


def rss(title: str, articles: Sequence[Article]) -> str:
    items = "".join(
        ITEM.format(
            guid=article.id,
            link=escape(article.link),
            title=escape(article.title),
            summary=escape(article.summary),
            date=f"{article.published:%a, %d %b %Y %H:%M:%S +0000}",
        )
        for article in articles
    )
    return RSS.format(title=title, items=items)
