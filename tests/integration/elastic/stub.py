"""A server that answers as it is told, where a real Elasticsearch cannot be made to: TLS, API keys, 429 and 503."""

import json
import shutil
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

PRODUCT = {"X-elastic-product": "Elasticsearch"}
NODES = {"nodes": {"n": {"version": "9.2.0"}}}


@dataclass
class Answer:
    """``body`` of None closes the connection in place of an answer."""

    status: int = 200
    body: object = None
    headers: dict = field(default_factory=lambda: dict(PRODUCT))
    type: str = "application/json"
    delay: float = 0.0
    """Seconds before it is sent."""


@dataclass
class Stub:
    url: str
    answers: list = field(default_factory=list)
    """Taken in turn; the last one stays."""
    seen: list = field(default_factory=list)
    """(method, path, headers, body) of each request."""

    def take(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def failed(status, kind, reason="why"):
    return Answer(status, {"error": {"type": kind, "reason": reason}, "status": status})


def taken(*statuses):
    items = [
        {"index": {"status": one} if one < 300 else {"status": one, "error": {"type": "busy"}}} for one in statuses
    ]
    return Answer(200, {"items": items})


@contextmanager
def stub(*answers, tls=None):
    """``tls`` is a certificate and its key."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            told.seen.append((self.command, self.path, dict(self.headers), body))
            answer = told.take()
            time.sleep(answer.delay)
            if answer.body is None:
                self.close_connection = True
                return
            raw = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "content-type": answer.type, "content-length": len(raw)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815  the base class calls them so

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_arguments: None  # a client that does not trust it hangs up
    told = Stub(f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}", list(answers))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(folder, name):
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-out", str(cert), "-keyout", str(key)], check=True, capture_output=True)
    return cert, key
