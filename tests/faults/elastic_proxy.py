"""Stands before a real Elasticsearch and, when told to, answers in its place that it is busy or away."""

import http.client
import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PRODUCT = {"X-elastic-product": "Elasticsearch"}
REJECTED = {"type": "es_rejected_execution_exception", "reason": "queue is full"}


@dataclass
class ElasticProxy:
    """``busy``: requests are answered by turns with 429, with 503, and writes with 429 for each document."""

    url: str
    busy: bool = False
    refused: list[int] = field(default_factory=list)
    """Status of each answer in place of the server's; 200 where every document was refused by itself."""


@contextmanager
def elastic_proxy(server: str) -> Iterator[ElasticProxy]:
    """``server``: ``http://host:port``."""
    turns = itertools.cycle((429, 503, 200))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if proxy.busy:
                self._refuse(body)
                return
            try:
                status, kind, raw = forwarded(server, self.command, self.path, self.headers, body)
            except (OSError, http.client.HTTPException):  # killed: its client sees a connection that breaks
                self.close_connection = True
                return
            self._send(status, kind, raw)

        def _refuse(self, body: bytes) -> None:
            with lock:
                status = next(turns)
                writes = self.path.startswith("/_bulk")
                status = status if writes or status != 200 else 429
                proxy.refused.append(status)
            told = refusals(body) if status == 200 else {"error": REJECTED, "status": status}
            self._send(status, "application/json", json.dumps(told).encode())

        def _send(self, status: int, kind: str, raw: bytes) -> None:
            self.send_response(status)
            for name, value in {**PRODUCT, "content-type": kind, "content-length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(raw)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815  the base class calls them so

        def log_message(self, *_arguments: object) -> None:
            pass

    http_server = _Server(("127.0.0.1", 0), Handler)
    proxy = ElasticProxy(f"http://127.0.0.1:{http_server.server_address[1]}")
    threading.Thread(target=http_server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        http_server.shutdown()
        http_server.server_close()


def forwarded(server: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
    """Status, content type and body of the server's own answer. Raises OSError, HTTPException."""
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        kept = {name: headers[name] for name in ("accept", "content-type") if name in headers}
        connection.request(method, path, body or None, kept)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("content-type", "application/json"), answer.read()
    finally:
        connection.close()


def refusals(lines: bytes) -> dict[str, object]:
    """What a full queue makes of a ``_bulk`` request: every document refused by itself."""
    operations = ("index", "create", "delete", "update")
    actions = [
        action
        for line in lines.splitlines()
        if line and (action := next(iter(json.loads(line)), "")) in operations and len(json.loads(line)) == 1
    ]
    return {"errors": True, "items": [{action: {"status": 429, "error": REJECTED}} for action in actions]}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that was killed leaves its answer half sent: that is what these tests do."""
