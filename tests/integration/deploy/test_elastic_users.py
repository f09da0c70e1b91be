"""The script that compose.yaml runs in Elasticsearch's image, against a server that notes what it is asked."""

import base64
import json
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from integration.deploy.chart import ROOT

SCRIPT = ROOT / "deploy" / "elastic-users.sh"
SECRETS = {
    "ELASTIC_PASSWORD": "elastic-0123456789",
    "KIBANA_PASSWORD": "kibana-0123456789",
    "MARSAD_SETUP_PASSWORD": "setup-0123456789",
    "MARSAD_INDEX_PASSWORD": "index-0123456789",
}

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")),
    reason="bash and curl, which Elasticsearch's image has, are not here",
)


@pytest.fixture
def server():
    class Noting(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            login = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            self.server.asked.append((self.command, self.path, login, json.loads(body)))
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self):
            self.answer()

        def do_PUT(self):
            self.answer()

        def log_message(self, *_arguments):
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Noting) as found:
        found.asked, found.status = [], 200
        Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        found.shutdown()


def run(server, **changed):
    url = f"http://127.0.0.1:{server.server_port}"
    path = str(shutil.which("bash")).rpartition("/")[0] + ":" + str(shutil.which("curl")).rpartition("/")[0]
    environment = {"PATH": path, "ELASTICSEARCH_URL": url, **SECRETS, **changed}
    return subprocess.run(["bash", SCRIPT], check=False, capture_output=True, text=True, env=environment)


def test_kibana_gets_its_password_and_marsad_users_of_its_own(server):
    done = run(server)
    assert done.returncode == 0, done.stderr
    assert {login for _, _, login, _ in server.asked} == {"elastic:elastic-0123456789"}
    assert [(method, path) for method, path, _, _ in server.asked] == [
        ("POST", "/_security/user/kibana_system/_password"),
        ("PUT", "/_security/role/marsad-setup"),
        ("PUT", "/_security/role/marsad-index"),
        ("PUT", "/_security/user/marsad-setup"),
        ("PUT", "/_security/user/marsad-index"),
    ]
    kibana, _, _, *users = (body for _, _, _, body in server.asked)
    assert kibana == {"password": "kibana-0123456789"}
    assert users == [
        {"password": "setup-0123456789", "roles": ["marsad-setup"]},
        {"password": "index-0123456789", "roles": ["marsad-index"]},
    ]


def test_its_roles_are_those_that_the_docs_give(server):
    run(server)
    made = {path: body for _, path, _, body in server.asked if "/role/" in path}
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    told = re.findall(r"^PUT (/_security/role/[\w-]+)\n(\{.*?^\})", page, re.MULTILINE | re.DOTALL)
    assert made == {path: json.loads(body) for path, body in told if not path.endswith("-search")}


def test_no_secret_is_shown(server):
    done = run(server)
    assert not [secret for secret in SECRETS.values() if secret in done.stdout + done.stderr]
    assert "--user" not in SCRIPT.read_text("utf-8"), "a list of processes would show the password"


@pytest.mark.parametrize("bad", ["", "short", 'with"quote-0123456789', "two\nlines-0123456789"])
@pytest.mark.parametrize("name", SECRETS)
def test_a_password_that_would_need_quoting_is_refused_before_anything_is_asked(server, name, bad):
    done = run(server, **{name: bad})
    assert done.returncode == 2
    assert done.stderr.startswith(f"{name}: write 12 characters or more")
    assert server.asked == []


@pytest.mark.parametrize("status", [401, 500])
def test_a_refusal_ends_it(server, status):
    server.status = status
    done = run(server)
    assert done.returncode not in (0, 2)
    assert len(server.asked) == 1
    assert str(status) in done.stderr
