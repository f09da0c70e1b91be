"""What leaves the house: hostile text through Apprise to local stand-ins of the services, request by request."""

import io
import json
import logging
import re
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
import requests
from unit.alerts.told import NOON, RULE, incident, member, story

from alerts.bulletin import Bulletin
from alerts.message import render
from alerts.notifier import AppriseNotifier, attempt_of, masked
from alerts.outcome import Failed, Sent
from alerts.rules import Rule
from alerts.words import phrasebook
from marsad.alert import Notification
from marsad.codes import MessageType, Severity

HOSTILE = (
    "@everyone <!here> <!channel> <@U024BE7LH> <https://evil.example|bank> [bank](https://evil.example) "
    "<a href='https://evil.example'>b</a> <script>x</script> **b** _i_ `c` \u202e https://evil.example evil.example"
)


class Inbox(ThreadingHTTPServer):
    """An HTTP service that keeps what it gets and answers as told."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.bodies: list[str] = []
        self.paths: list[str] = []
        self.answer = (200, {}, b"ok")

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.bodies.append(self.rfile.read(length).decode())
        self.server.paths.append(self.path)
        status, headers, body = self.server.answer
        if status == 0:
            self.connection.close()
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815  the name is the base class's

    def log_message(self, *_):
        pass


@pytest.fixture
def inbox():
    with Inbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def redirected(inbox, monkeypatch):
    """Services whose address Apprise does not let us choose are met at the transport."""
    real = requests.sessions.Session.send

    def send(session, request, **options):
        request.url = f"http://127.0.0.1:{inbox.port}{urlsplit(request.url).path or '/'}"
        return real(session, request, **options)

    monkeypatch.setattr(requests.sessions.Session, "send", send)
    return inbox


def notification(title=None, body=None, **changes) -> Notification:
    hostile = member(title=HOSTILE, link="https://paper.example/@here/<b>")
    bulletin = Bulletin(
        kind=MessageType.ALERT,
        alert="a-1",
        rule=Rule.model_validate(RULE),
        story=story(incident(place=HOSTILE, claimed_by=HOSTILE)),
        members=[hostile],
        telling=[hostile],
        sources=1,
    )
    message = render(bulletin, "en", phrasebook())
    base = {
        "id": "n-1", "alert": "a-1", "rule": "attack", "story": "s-1", "receiver": "desk", "type": MessageType.ALERT,
        "severity": Severity.HIGH, "language": "en", "title": title or message.title, "body": body or message.body,
        "due_at": NOON,
    }  # fmt: skip
    return Notification(**{**base, **changes})


def strings(value) -> list[str]:
    if isinstance(value, dict):
        return [text for child in value.values() for text in strings(child)]
    if isinstance(value, list):
        return [text for child in value for text in strings(child)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "workflow://prod-04.westus.logic.azure.com:443/abcdef0123456789/signatureABC123/",
        "pagerduty://abcdefghijklmnopqrstuvwxyz012345@abcdefghijklmnopqrstuvwxyz012345",
        "mmost://mattermost.example/3ccdd113474722377935511fc85d3dd4",
        "jsons://hook.example/in",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts?format=markdown&overflow=split",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/?format=markdown&emojis=yes",
        "tgram://123456789:abcdefg_hijklmnop/12315544/?format=html",
    ],
    ids=lambda url: url.split("://")[0] + ("-own-format" if "format" in url else ""),
)
def test_hostile_text_reaches_no_service_as_markup_mention_or_link(redirected, url):
    redirected.answer = (200, {}, b'{"ok": true, "result": {}}' if url.startswith("tgram") else b"ok")
    AppriseNotifier().send(url, notification())
    assert redirected.bodies, "nothing was sent"
    texts = [text for body in redirected.bodies for text in strings(json.loads(body))]
    told = "\n".join(text for text in texts if "Gunmen" in text or "everyone" in text or "paper.example" in text)
    assert "everyone" in told
    assert not re.search(r"@(?!\u200b)\w", told.replace("%40", "")), "a mention"
    assert "<!" not in told
    assert "<@" not in told
    assert "](" not in told
    assert "\u202e" not in told
    assert not re.search(r"<(?!/?(b|i|u|code|pre)>)", told), "markup that the title brought"
    assert "script" not in told.replace("script›", "").replace("‹script", "")
    links = re.findall(r"https?://[^\s<\"]+", told.replace("\\.", "."))
    assert {link for link in links if "paper.example" not in link and "marsad" not in link} == set()


def test_a_mail_is_plain_text(tmp_path):
    with Mailbox() as mailbox:
        url = f"mailto://127.0.0.1:{mailbox.port}/?from=marsad@house.example&to=desk@house.example&mode=insecure"
        assert AppriseNotifier().send(url, notification()) == Sent()
        mail = mailbox.mails[0]
    assert "text/plain" in mail
    assert "text/html" not in mail
    assert "\r\nBcc:" not in mail


class Mailbox(socketserver.ThreadingTCPServer):
    """SMTP as far as one mail needs it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[str] = []

    @property
    def port(self) -> int:
        return self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return super().__enter__()

    def __exit__(self, *details):
        self.shutdown()
        super().__exit__(*details)


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 ready")
        for raw in self.rfile:
            verb = raw.decode().strip().upper()
            if verb == "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(lines).decode())
            if verb == "QUIT":
                self._say("221 bye")
                return
            self._say("250 fine")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def url_of(inbox, scheme="json") -> str:
    return f"{scheme}://user-canary:secret-canary@127.0.0.1:{inbox.port}/token-canary"


def test_a_redirect_is_not_followed(inbox):
    inbox.answer = (307, {"Location": f"http://127.0.0.1:{inbox.port}/elsewhere"}, b"")
    for url in (url_of(inbox), url_of(inbox) + "?redirect=yes"):
        assert isinstance(AppriseNotifier().send(url, notification()), Failed)
    assert "/elsewhere" not in inbox.paths


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param((200, {}, b"ok"), None, id="taken"),
        pytest.param((429, {}, b""), {"retry_after": 60.0, "recoverable": True}, id="too many"),
        pytest.param((429, {}, b'{"retry_after": 35}'), {"retry_after": 35.0}, id="too many, with a time"),
        pytest.param((503, {}, b""), {"recoverable": True, "unsure": False}, id="down"),
        pytest.param((400, {}, b""), {"recoverable": False}, id="refused for good"),
        pytest.param((403, {}, b""), {"recoverable": True}, id="a token can be mended"),
        pytest.param((0, {}, b""), {"recoverable": True, "unsure": True}, id="answer lost"),
    ],
)
def test_answers(inbox, answer, expected):
    inbox.answer = answer
    attempt = AppriseNotifier().send(url_of(inbox), notification())
    if expected is None:
        assert attempt == Sent()
        return
    assert {key: getattr(attempt, key) for key in expected} == expected
    assert "canary" not in attempt.error
    assert len(inbox.bodies) == 1, "no retry of its own"


def test_an_unknown_url_is_no_secret_in_the_log():
    heard = io.StringIO()
    ear = logging.StreamHandler(heard)
    logging.getLogger().addHandler(ear)
    try:
        attempt = AppriseNotifier().send("nosuch://token-canary/x", notification())
    finally:
        logging.getLogger().removeHandler(ear)
    assert isinstance(attempt, Failed)
    assert "canary" not in attempt.error + heard.getvalue()


def test_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        attempt = AppriseNotifier().send(f"json://127.0.0.1:{unused.getsockname()[1]}/", notification())
    assert isinstance(attempt, Failed)
    assert not attempt.unsure


def test_a_service_that_never_answers_is_left(inbox):
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as silent:
        url = f"json://127.0.0.1:{silent.server_address[1]}/?rto=1"
        attempt = AppriseNotifier(timeout=5).send(url, notification())
    assert isinstance(attempt, Failed)
    assert attempt.unsure


def test_masking():
    url = "slack://bot@tokenA1234/tokenB1234/secret%20C/#alerts?token=zzzzz"
    assert masked("tokenA1234 and secret C at\n https://x/tokenB1234 zzzzz", url) == "*** and *** at https://x/*** ***"


def test_the_last_warning_is_the_error():
    log = [("DEBUG", "x"), ("WARNING", "first"), ("WARNING", "Failed: error=503."), ("INFO", "y")]
    assert attempt_of(1, log, "json://a").error == "Failed: error=503."
