"""Servers that stall, die and refuse: alerts are late by the outage and half a minute at most, and nothing is lost."""

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.running import until
from faults.elastic_proxy import elastic_proxy
from faults.scaled_checks import check_all, wait_until_settled
from faults.scaled_delays import Newsroom, Outage, check_delays
from faults.scaled_faults import wait_in_sync
from faults.scaled_news import beats, today
from faults.scaled_parts import Part
from faults.scaled_scene import PARTS, ScaledScene, say, scaled_scene, write
from servers.elastic import ElasticServer
from servers.kafka import KafkaCluster

pytestmark = [
    pytest.mark.soak,
    pytest.mark.slow,
    pytest.mark.usefixtures("collected"),
    # kafka-python leaves connections to a broker that was stalled or killed to the collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket .*proto=6:ResourceWarning"),
]
EVERY = 3.0
"""Seconds between two attacks."""
OTHERS = 10
"""Articles published with each of them."""
AROUND = 10
"""Attacks published before an outage, and after it."""
PATIENCE = 300.0
REBALANCES = 12
Tell = Callable[[str], None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    progress = os.environ.get("MARSAD_SOAK_LOG")
    told = say(Path(progress) if progress else None)
    return lambda what: told(f"{request.node.name}: {what}")


def lengths(full: float) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("seconds", [pytest.param(20.0, id="short"), pytest.param(full, id="full")])


def conclude(scene: ScaledScene, room: Newsroom, outage: Outage, tell: Tell) -> None:
    """No watch ended, so nothing may have come twice."""
    wait_until_settled(scene, PATIENCE)
    tell(f"lag is 0; ended by themselves: {scene.supervisor.ended}")
    tell(check_delays(room.published, scene.site, outage))
    check_all(scene, tell, most=0)


def newsroom(scene: ScaledScene, seconds: float) -> Newsroom:
    """With attacks for so long and for the time before and after, also on a slow machine."""
    return Newsroom(scene, beats(min(480, math.ceil(2 * seconds / EVERY) + 8 * AROUND), OTHERS, today()), EVERY)


@lengths(300.0)
@pytest.mark.parametrize("brokers", [1, 3])
def test_a_broker_stalls(
    seconds: float,
    brokers: int,
    start_kafka: Callable[..., KafkaCluster],
    start_elastic: Callable[..., ElasticServer],
    tmp_path: Path,
    tell: Tell,
) -> None:
    with scaled_scene(tmp_path, start_kafka(brokers=brokers), start_elastic()) as scene:
        outage = Outage()
        with newsroom(scene, seconds) as room:
            room.wait_for(AROUND)
            with outage.lasting():
                scene.kafka.stall(1)
                time.sleep(seconds)
                scene.kafka.resume(1)
                wait_in_sync(scene)
            room.wait_for(AROUND)
        conclude(scene, room, outage, tell)


@lengths(60.0)
def test_all_brokers_are_down(
    seconds: float,
    start_kafka: Callable[..., KafkaCluster],
    start_elastic: Callable[..., ElasticServer],
    tmp_path: Path,
    tell: Tell,
) -> None:
    with scaled_scene(tmp_path, start_kafka(brokers=3), start_elastic()) as scene:
        outage = Outage()
        with newsroom(scene, seconds) as room:
            room.wait_for(AROUND)
            with outage.lasting():
                for broker in (1, 2, 3):
                    scene.kafka.kill(broker)
                time.sleep(seconds)
                for broker in (1, 2, 3):
                    scene.kafka.start(broker)
                wait_in_sync(scene)
            room.wait_for(AROUND)
        conclude(scene, room, outage, tell)


@lengths(600.0)
def test_elasticsearch_is_busy_and_killed(
    seconds: float,
    start_kafka: Callable[..., KafkaCluster],
    start_elastic: Callable[..., ElasticServer],
    tmp_path: Path,
    tell: Tell,
) -> None:
    """429 and 503 all the time, and a kill in the middle: no alert waits for it."""
    elastic = start_elastic()
    with (
        elastic_proxy(elastic.url) as proxy,
        scaled_scene(tmp_path, start_kafka(brokers=3), elastic, elastic_url=proxy.url) as scene,
    ):
        with newsroom(scene, seconds) as room:
            room.wait_for(AROUND)
            proxy.busy = True
            time.sleep(seconds / 2)
            elastic.kill()
            time.sleep(seconds / 2)
            elastic.start()
            elastic.wait_ready()
            proxy.busy = False
            room.wait_for(AROUND)
        assert {429, 503, 200} <= set(proxy.refused)
        conclude(scene, room, Outage(), tell)


def test_twelve_rebalances_under_load(
    start_kafka: Callable[..., KafkaCluster], start_elastic: Callable[..., ElasticServer], tmp_path: Path, tell: Tell
) -> None:
    """Workers of both kinds join, leave in order and are killed, while articles come."""
    with scaled_scene(tmp_path, start_kafka(brokers=3), start_elastic()) as scene:
        with newsroom(scene, 30.0 * REBALANCES) as room:
            for number in range(REBALANCES):
                kind = ("read", "index")[number % 2]
                guest = join(scene, kind, number)
                room.wait_for(3)
                leave(scene, guest, orderly=number % 4 < 2)
                room.wait_for(3)
                tell(f"rebalance {number + 1}: {kind}; {len(scene.site.messages)} messages")
        conclude(scene, room, Outage(), tell)


def join(scene: ScaledScene, kind: str, number: int) -> Part:
    """One more worker, when it works."""
    guest = Part(scene.folder / f"{kind}-guest-{number}", command=PARTS[f"{kind}-0"])
    guest.env = {"MARSAD_INSTANCE": guest.folder.name}
    write(guest, scene.site, scene.access, scene.elastic.url)
    scene.supervisor.run(guest)
    until(lambda: guest.port, "it starts", PATIENCE)
    until(lambda: assigned(guest), "it gets partitions", PATIENCE)
    return guest


def assigned(worker: Part) -> bool:
    return "marsad_lag{" in worker.page("/metrics")[1]


def leave(scene: ScaledScene, guest: Part, *, orderly: bool) -> None:
    name = guest.folder.name
    if orderly:
        assert scene.supervisor.stop([name]) == {name: 0}
    else:
        scene.supervisor.kill(name)
