"""Health, readiness and metrics as a probe and a scraper see them, over a real local socket."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from marsad.errors import MarsadError, StoreError
from marsad.http import FeedSnapshot, Snapshot, StepSnapshot, health, readiness, serve

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def step(name="fold", *, silent=0.0, limit=60.0, waiting=0):
    return StepSnapshot(
        name=name, last_progress=NOON - timedelta(seconds=silent), limit=timedelta(seconds=limit), waiting=waiting
    )


def snapshot(**fields):
    return Snapshot(**{"now": NOON, "version": "0.1.0", **fields})


WHOLE = snapshot(
    feeds=(
        FeedSnapshot(slug="gao-news", state="ok", last_polled=NOON, last_success=NOON),
        FeedSnapshot(slug="kidal-info", state="failing", last_polled=NOON, failures=3),
    ),
    steps=(step("read", waiting=7), step("fold", silent=61, waiting=2)),
    counts={"articles": 12, "stories": 5},
    notifications={"due": 1, "sent": 4},
    parked=2,
    rules_digest="abc",
)


def ask(take, *requests):
    """Serve on a free port and send each (method, path); gives (status, headers, body) of each."""

    async def taken():
        return take()

    async def run():
        answers = []
        async with serve(taken, port=0) as port, aiohttp.ClientSession() as session:
            for method, path in requests:
                async with session.request(method, f"http://127.0.0.1:{port}{path}") as response:
                    answers.append((response.status, response.headers, await response.text()))
        return answers

    return asyncio.run(run())


async def nothing():
    return snapshot()


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("silent", "sick"),
    [
        pytest.param(0, False, id="just now"),
        pytest.param(60, False, id="at its limit"),
        pytest.param(60.5, True, id="beyond its limit"),
        pytest.param(-3600, False, id="the clock was set back"),
    ],
)
def test_a_step_is_sick_beyond_its_limit(silent, sick):
    assert step(silent=silent).is_sick(NOON) is sick


def test_health_names_every_sick_step():
    assert health(snapshot(steps=(step("read"), step("fold", silent=90, waiting=4)))) == {
        "healthy": False,
        "version": "0.1.0",
        "sick": [{"step": "fold", "silent_seconds": 90.0, "limit_seconds": 60.0, "waiting": 4}],
    }


def test_a_watch_without_a_sick_step_is_healthy():
    assert health(snapshot(steps=(step(),)))["healthy"] is True


def test_readiness_says_why_not():
    well = {"ready": True, "version": "0.1.0", "because": "", "config_refused": False, "at_restart": []}
    assert readiness(snapshot()) == well
    assert readiness(snapshot(not_ready="the rules are not in force yet")) == {
        **well,
        "ready": False,
        "because": "the rules are not in force yet",
    }


def test_readiness_says_whether_it_runs_with_what_is_on_disk():
    shown = snapshot(refused=True, at_restart=("feeds.yaml",))
    body = readiness(shown)
    assert (body["ready"], body["config_refused"], body["at_restart"]) == (True, True, ["feeds.yaml"])
    ((_status, _headers, text),) = ask(lambda: shown, ("GET", "/metrics"))
    assert (samples(text)["marsad_config_refused",], samples(text)["marsad_restart_needed",]) == (1, 1)


def test_the_status_follows_the_body():
    (healthy,) = ask(lambda: snapshot(steps=(step(),)), ("GET", "/healthz"))
    (sick,) = ask(lambda: WHOLE, ("GET", "/healthz"))
    (ready,) = ask(snapshot, ("GET", "/readyz"))
    (not_ready,) = ask(lambda: snapshot(not_ready="starting"), ("GET", "/readyz"))
    assert [healthy[0], sick[0], ready[0], not_ready[0]] == [200, 503, 200, 503]
    assert '"step": "fold"' in sick[2]


def test_who_does_not_know_what_is_parked_tells_no_figure():
    ((_status, _headers, text),) = ask(snapshot, ("GET", "/metrics"))
    assert ("marsad_parked",) not in samples(text)


def test_metrics_tell_feeds_steps_and_counts():
    ((status, headers, text),) = ask(lambda: WHOLE, ("GET", "/metrics"))
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain; version=")
    assert samples(text) == {
        ("marsad_feed_state", ("feed", "gao-news"), ("state", "ok")): 1,
        ("marsad_feed_state", ("feed", "kidal-info"), ("state", "failing")): 1,
        ("marsad_feed_failures", ("feed", "gao-news")): 0,
        ("marsad_feed_failures", ("feed", "kidal-info")): 3,
        ("marsad_feed_last_polled_timestamp_seconds", ("feed", "gao-news")): NOON.timestamp(),
        ("marsad_feed_last_polled_timestamp_seconds", ("feed", "kidal-info")): NOON.timestamp(),
        ("marsad_feed_last_success_timestamp_seconds", ("feed", "gao-news")): NOON.timestamp(),
        ("marsad_step_waiting", ("step", "read")): 7,
        ("marsad_step_waiting", ("step", "fold")): 2,
        ("marsad_step_last_progress_timestamp_seconds", ("step", "read")): NOON.timestamp(),
        ("marsad_step_last_progress_timestamp_seconds", ("step", "fold")): NOON.timestamp() - 61,
        ("marsad_step_healthy", ("step", "read")): 1,
        ("marsad_step_healthy", ("step", "fold")): 0,
        ("marsad_articles_total",): 12,
        ("marsad_stories_total",): 5,
        ("marsad_notifications", ("state", "due")): 1,
        ("marsad_notifications", ("state", "sent")): 4,
        ("marsad_parked",): 2,
        ("marsad_ready",): 1,
        ("marsad_config_refused",): 0,
        ("marsad_restart_needed",): 0,
        ("marsad_build", ("rules", "abc"), ("version", "0.1.0")): 1,
    }


def test_a_scrape_shows_the_moment_not_the_start():
    counts = iter([3, 5])
    answers = ask(lambda: snapshot(counts={"articles": next(counts)}), ("GET", "/metrics"), ("GET", "/metrics"))
    assert [samples(text)["marsad_articles_total",] for _status, _headers, text in answers] == [3, 5]


def test_nothing_but_reading():
    paths = ("/healthz", "/readyz", "/metrics")
    answers = ask(lambda: WHOLE, *((method, path) for path in paths for method in ("POST", "PUT", "DELETE", "PATCH")))
    assert {status for status, _headers, _text in answers} == {405}
    assert ask(lambda: WHOLE, ("GET", "/"), ("GET", "/feeds"))[0][0] == 404


def test_answers_are_not_cached_and_name_no_library():
    ((_status, headers, _text),) = ask(snapshot, ("GET", "/healthz"))
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "marsad"


def test_a_watch_that_cannot_tell_is_not_well():
    def broken():
        raise StoreError("watch.db: the disk is full")

    answers = ask(broken, ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"))
    assert [status for status, _headers, _text in answers] == [503, 503, 503]
    assert all("the disk is full" in text for _status, _headers, text in answers)


def test_a_hostile_slug_stays_one_label():
    slug = 'a"} 1\nmarsad_ready 0\n'
    ((_status, _headers, text),) = ask(
        lambda: snapshot(feeds=(FeedSnapshot(slug=slug, state="ok"),)), ("GET", "/metrics")
    )
    assert samples(text)["marsad_ready",] == 1
    assert samples(text)["marsad_feed_state", ("feed", slug), ("state", "ok")] == 1


def test_a_port_in_use_says_what_to_do():
    async def run(port):
        async with serve(nothing, port=port):
            pass

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MarsadError, match=f"port {port} on 127.0.0.1 is in use.*set http.port in marsad.yaml"):
            asyncio.run(run(port))


def test_an_address_of_another_machine_says_what_to_do():
    async def run():
        async with serve(nothing, host="192.0.2.1", port=0):
            pass

    with pytest.raises(MarsadError, match=r"cannot listen on 192.0.2.1:0 .*set http.host and http.port"):
        asyncio.run(run())


def test_it_stops_listening_when_the_block_ends():
    async def run():
        async with serve(nothing, port=0) as port:
            pass
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(run())
