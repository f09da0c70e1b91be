"""Every part and every server killed and stalled in turn: nothing lost, nothing doubled, the same alerts at the end."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.running import until
from faults.scaled_checks import check_all, wait_until_settled
from faults.scaled_faults import Fault, begin, counted, end, schedule, wait_in_sync
from faults.scaled_news import news, today
from faults.scaled_scene import Publisher, ScaledScene, say, scaled_scene
from servers.elastic import ElasticServer
from servers.kafka import KafkaCluster

pytestmark = [
    pytest.mark.soak,
    pytest.mark.slow,
    pytest.mark.usefixtures("collected"),
    # kafka-python leaves connections to a broker that was stalled or killed to the collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket .*proto=6:ResourceWarning"),
]
PATIENCE = 2_400.0


@dataclass(frozen=True)
class Size:
    """``window``: how many articles may be published and not yet read."""

    articles: int
    attacks: int
    faults: int
    window: int
    seed: int = 11


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(2_000, 60, 10, 300), id="short"),
        pytest.param(Size(100_000, 480, 104, 4_000), id="full"),
    ],
)
def test_random_faults(
    size: Size,
    start_kafka: Callable[..., KafkaCluster],
    start_elastic: Callable[..., ElasticServer],
    tmp_path: Path,
) -> None:
    progress = os.environ.get("MARSAD_SOAK_LOG")
    tell = say(Path(progress) if progress else None)
    articles = news(size.articles, size.attacks, size.window, today())
    faults = schedule(size.faults, size.seed)
    with scaled_scene(tmp_path, start_kafka(brokers=3), start_elastic()) as scene:
        began = time.monotonic()
        with Publisher(scene, articles, size.window) as publisher:
            disturb(scene, publisher, faults, size, tell)
            until(lambda: len(scene.published) == size.articles, "everything is published", PATIENCE)
            tell(f"all is published, {publisher.read} read without a gap")
            wait_until_settled(scene, PATIENCE)
        tell(f"settled after {time.monotonic() - began:.0f} s; ended by themselves: {scene.supervisor.ended}")
        alerts = check_all(scene, tell, most=size.faults)
        assert alerts >= size.attacks, "attacks must raise alerts for this to say anything"
        tell(f"{size.articles} articles, {len(faults)} faults ({counted(faults)}): 0 lost, 0 doubled, {alerts} alerts")


def disturb(
    scene: ScaledScene, publisher: Publisher, faults: Sequence[Fault], size: Size, tell: Callable[[str], None]
) -> None:
    """Fault after fault, each while its share of the articles is under way."""
    share = size.articles / (len(faults) + 1)
    for number, fault in enumerate(faults):
        publisher.allowed = round(share * (number + 1))
        if number:
            until(lambda number=number: len(scene.published) >= share * number, "the share before is out", PATIENCE)
        begin(scene, fault)
        tell(
            f"fault {number + 1}: {fault}; {len(scene.published)} published, {publisher.read} read, "
            f"{len(scene.site.messages)} messages, ended by themselves {len(scene.supervisor.ended)}"
        )
        time.sleep(fault.lasts)
        end(scene, fault)
    publisher.allowed = size.articles
    wait_in_sync(scene)
    scene.elastic.wait_ready()
