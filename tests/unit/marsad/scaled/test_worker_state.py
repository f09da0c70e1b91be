"""What health and metrics of a worker tell."""

import asyncio
from datetime import UTC, datetime, timedelta

from marsad.http import Gauge, health, readiness
from marsad.scaled.pulse import Pulse, Standing
from marsad.scaled.watchdog import Limits
from marsad.scaled.worker_state import WorkerState
from stream.safe_agent import Tally

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLACE = ("m.articles", 3)


def state(*, silent: float = 0.0, waits: str = "") -> WorkerState:
    pulse = Pulse(1_000.0)
    pulse.asked({PLACE: Standing(9, 5)}, 1_000.0 - silent)
    return WorkerState(
        step="read",
        pulse=pulse,
        tally=Tally(received=7, sent=12, parked=1),
        limits=Limits(),
        digest="abc",
        clock=lambda: NOON,
        moment=lambda: 1_000.0,
        waits=lambda: waits,
        more=lambda: (Gauge(name="more", documentation="More.", values={(): 1.0}),),
    )


def test_a_worker_that_gets_on_is_healthy_and_ready() -> None:
    snapshot = asyncio.run(state(silent=45.0).take())
    assert health(snapshot)["healthy"]
    assert readiness(snapshot)["ready"]
    assert snapshot.steps[0].waiting == 4
    assert snapshot.parked is None  # a watch tells it, for all


def test_one_that_hangs_is_sick_in_less_than_a_minute() -> None:
    snapshot = asyncio.run(state(silent=46.0).take())
    assert health(snapshot)["sick"] == [{"step": "read", "silent_seconds": 46.0, "limit_seconds": 45.0, "waiting": 4}]


def test_what_is_waited_out_is_told_by_readiness() -> None:
    snapshot = asyncio.run(state(waits="Kafka is down").take())
    assert readiness(snapshot)["because"] == "Kafka is down"


def test_every_figure_is_there() -> None:
    gauges = {one.name: one.values for one in asyncio.run(state(silent=30.0).take()).gauges}
    assert gauges == {
        "lag": {("m.articles", "3"): 4},
        "partition_last_progress_timestamp_seconds": {("m.articles", "3"): (NOON - timedelta(seconds=30)).timestamp()},
        "messages": {("received",): 7, ("sent",): 12, ("parked",): 1},
        "waiting_out": {(): 0.0},
        "config_digest": {("abc",): 1.0},
        "more": {(): 1.0},
    }
