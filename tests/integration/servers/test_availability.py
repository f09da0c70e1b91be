"""Where servers come from, and what is said when they come from nowhere. No server is started here."""

from types import SimpleNamespace

import pytest
from servers import artifacts, fixtures
from servers.availability import ELASTIC, KAFKA, Nowhere, given, nowhere


@pytest.mark.parametrize(
    ("value", "at_least", "expected"),
    [
        pytest.param(None, 1, (), id="not named"),
        pytest.param(" ", 1, (), id="named empty"),
        pytest.param("a:1, b:2", 1, ("a:1", "b:2"), id="a cluster"),
        pytest.param("a:1", 3, (), id="too few for three"),
        pytest.param("a:1,b:2,c:3", 3, ("a:1", "b:2", "c:3"), id="three"),
    ],
)
def test_addresses_in_the_environment(value, at_least, expected) -> None:
    assert given(KAFKA, {} if value is None else {KAFKA: value}, at_least) == expected


@pytest.mark.parametrize(("environ", "fail"), [({}, False), ({"CI": "false"}, False), ({"CI": "true"}, True)])
def test_no_server_is_a_failure_in_ci_only(environ, fail) -> None:
    verdict = nowhere(ELASTIC, environ, "no Java")
    reason = "no server can be started: no Java. A running one can be named: MARSAD_TEST_ELASTICSEARCH=http://host:9200"
    assert verdict == Nowhere(reason, fail)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_machine_without_maven_says_so(ci, outcome, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="the command mvn"):
        fixtures._have(KAFKA, lambda: pytest.fail("nothing is to be fetched"))


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_machine_without_a_network_says_so(ci, outcome, monkeypatch) -> None:
    def fetch() -> None:
        raise artifacts.FetchError("no route to host")

    monkeypatch.setattr(fixtures, "lacking", lambda: "")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no route to host"):
        fixtures._have(KAFKA, fetch)


@pytest.mark.parametrize(("asked", "marks"), [(["tmp_path", "start_kafka"], ["slow"]), (["tmp_path"], [])])
def test_who_asks_for_a_server_is_slow(asked, marks) -> None:
    found = []
    item = SimpleNamespace(fixturenames=asked, add_marker=lambda mark: found.append(mark.name))
    fixtures.pytest_itemcollected(item)
    assert found == marks
