"""Answers that a real Elasticsearch gives rarely, and servers that are none."""

import asyncio
import base64
import logging
from pathlib import Path

import pytest
from integration.elastic.samples import article
from integration.elastic.stub import NODES, PRODUCT, Answer, certificate, failed, stub, taken
from unit.marsad.cli_runs import run

from stream.index.elastic_bulk import ElasticBulk
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_errors import ElasticError, RefusedError, UnreachableError
from stream.index.elastic_patience import Patience
from stream.index.elastic_settings import ElasticAccess

CANARY = "c4n4ry-s3cr3t-k3y"
NONE = failed(404, "aliases_not_found_exception")
"""The question for months, which comes before an article is written."""


def written(*answers, timeout=5.0):
    """An article written to a server with these answers: what was rejected, and how often it was waited."""

    async def work(url):
        async with ElasticClient(ElasticAccess(urls=(url,)), timeout=timeout) as client:
            patience = Patience(sleep=lambda _seconds: asyncio.sleep(0))
            return await ElasticBulk(client, "m-", patience).put([article("a")]), patience.waits

    with stub(NONE, *answers) as server:
        return asyncio.run(work(server.url))


@pytest.mark.parametrize(
    "answer",
    [
        taken(429),
        taken(503),
        failed(429, "es_rejected_execution_exception"),
        failed(503, "cluster_block_exception"),
        Answer(502, "<h1>Bad gateway</h1>", {}, "text/html"),
        Answer(504, "<h1>Gateway timeout</h1>", {}, "text/html"),
        Answer(200, "<h1>Sign in</h1>", {}, "application/x-unheard-of"),
        Answer(body=None),
    ],
    ids=["429 item", "503 item", "429", "503", "502", "504", "no JSON", "hung up"],
)
def test_what_is_transient_is_sent_again_until_it_is_taken(answer):
    assert written(*[answer] * 5, taken(201)) == ([], 5)


def test_a_server_that_does_not_answer_in_time_is_transient():
    slow = Answer(200, taken(201).body, delay=1.0)
    rejected, waits = written(slow, taken(201), timeout=0.2)
    assert rejected == []
    assert waits >= 1


def asked(access, path="/_nodes"):
    async def work():
        async with ElasticClient(access, timeout=5.0) as client:
            return await client.get(path)

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (Answer(200, NODES, {}), ElasticError, "is not Elasticsearch (OpenSearch, or a proxy before it?)"),
        (failed(400, "media_type_header_exception"), ElasticError, "is Elasticsearch 8 or older"),
        (failed(401, "security_exception"), ElasticError, "does not accept the login: look at elasticsearch.api_key"),
        (
            failed(403, "security_exception", "action [x] is unauthorized"),
            RefusedError,
            "a privilege is missing: action",
        ),
        (failed(400, "parsing_exception", "odd\nquery"), RefusedError, "refused (400 parsing_exception): odd query"),
    ],
)
def test_what_an_operator_must_mend_says_how(answer, error, message):
    with stub(answer) as server, pytest.raises(error) as told:
        asked(ElasticAccess(urls=(server.url,)))
    assert message in str(told.value)
    assert not isinstance(told.value, UnreachableError)


def watch(folder: Path, text: str) -> str:
    (folder / "marsad.yaml").write_text(f"elasticsearch: {{{text}}}\n")
    return str(folder)


@pytest.mark.parametrize("command", ["setup", "migrate", "retain"])
def test_every_command_says_that_nobody_answers(tmp_path, command):
    done = run("elastic", command, watch(tmp_path, "url: 'http://127.0.0.1:9', keep_months: 2"))
    assert done.code == 1
    assert done.err.startswith("marsad: http://127.0.0.1:9 cannot be reached")


@pytest.mark.parametrize("command", ["setup", "migrate", "retain"])
def test_and_that_it_is_not_configured(tmp_path, command):
    (tmp_path / "marsad.yaml").write_text("")
    done = run("elastic", command, str(tmp_path))
    assert done.code == 2
    assert "elasticsearch: is missing: write `elasticsearch: {url: [https://HOST:9200]}`" in done.err


@pytest.mark.parametrize("command", ["setup", "migrate"])
def test_an_older_server_is_refused(tmp_path, command):
    with stub(Answer(200, {"nodes": {"a": {"version": "9.2.0"}, "b": {"version": "8.19.3"}}})) as server:
        done = run("elastic", command, watch(tmp_path, f"url: '{server.url}'"))
    assert done.code == 1
    assert done.err == "marsad: Elasticsearch 8.19.3 is too old: upgrade it to 9 (tested with 9.2.0)\n"


def test_a_search_of_what_was_never_set_up_says_so(tmp_path):
    with stub(failed(404, "index_not_found_exception")) as server:
        done = run("search", "x", "--dir", watch(tmp_path, f"url: '{server.url}'"))
    assert done.code == 1
    assert done.err == "marsad: there is no marsad-articles in Elasticsearch: run `marsad elastic setup`\n"


def test_an_api_key_is_sent_over_tls_to_a_server_of_the_given_authority_only(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    ours, theirs = certificate(tmp_path, "ours"), certificate(tmp_path, "theirs")
    with stub(Answer(200, NODES), tls=ours) as server:
        access = ElasticAccess(urls=(server.url,), api_key=CANARY, ca=ours[0])
        assert asked(access) == NODES
        ((_, _, headers, _),) = server.seen
        assert headers["authorization"] == f"ApiKey {CANARY}"
        for ca in (theirs[0], None):
            with pytest.raises(ElasticError, match=r"cannot be trusted .*write the file of the authority"):
                asked(ElasticAccess(urls=(server.url,), api_key=CANARY, ca=ca))
        assert len(server.seen) == 1
    assert CANARY not in caplog.text


def test_a_ca_file_without_a_certificate_is_told(tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ElasticError, match=r"ca.pem cannot be used"):
        asked(ElasticAccess(urls=("https://127.0.0.1:9",), ca=tmp_path / "ca.pem"))


@pytest.mark.parametrize("how", ["api_key", "user"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, NODES),
        failed(401, "security_exception", "unable to authenticate"),
        failed(403, "security_exception"),
        failed(500, "boom"),
        Answer(503, "<h1>no</h1>", PRODUCT, "text/html"),
        Answer(body=None),
    ],
    ids=["well", "401", "403", "500", "503", "hung up"],
)
def test_a_secret_is_in_no_log_and_no_message(tmp_path, caplog, monkeypatch, how, answer):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MARSAD_SECRET", CANARY)
    login = "api_key: {env: MARSAD_SECRET}" if how == "api_key" else "user: {env: WHO}, password: {env: MARSAD_SECRET}"
    monkeypatch.setenv("WHO", "marsad")
    encoded = base64.b64encode(f"marsad:{CANARY}".encode()).decode()
    with stub(answer) as server:
        done = run("elastic", "setup", "--check", watch(tmp_path, f"url: '{server.url}', {login}"))
        sent = server.seen[0][2]["authorization"]
    assert CANARY in sent or encoded in sent
    for told in (caplog.text, done.out, done.err):
        assert CANARY not in told
        assert encoded not in told
