"""One message in ten cannot be read: all of them are parked with the reason, and read once the cause is mended."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from e2e.running import until
from faults.poisoned_reader import breaks
from faults.scaled_checks import POISON, check_all, documents, parked_now, wait_until_settled
from faults.scaled_news import news, today
from faults.scaled_scene import Publisher, ScaledScene, say, scaled_scene
from servers.elastic import ElasticServer
from servers.kafka import KafkaCluster

from marsad.kafka.producer import Message, Producer

pytestmark = [
    pytest.mark.soak,
    pytest.mark.slow,
    pytest.mark.usefixtures("collected"),
    # kafka-python leaves connections to a broker that was stalled or killed to the collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket .*proto=6:ResourceWarning"),
]
ARTICLES = 2_000
ATTACKS = 60
UNDECODABLE = 20
DEFECT = "ZeroDivisionError: the defect"
PATIENCE = 300.0
READERS = ("read-0", "read-1")
POISONED = (str(Path(__file__).with_name("poisoned_reader.py")),)


def test_one_in_ten_is_poison(
    start_kafka: Callable[..., KafkaCluster], start_elastic: Callable[..., ElasticServer], tmp_path: Path
) -> None:
    progress = os.environ.get("MARSAD_SOAK_LOG")
    tell = say(Path(progress) if progress else None)
    articles = news(ARTICLES, ATTACKS, ARTICLES, today())  # without later changes: what is parked comes after them
    poison = {article.link for article in articles if breaks(article.link)}
    programs = dict.fromkeys(READERS, POISONED)
    with scaled_scene(tmp_path, start_kafka(brokers=3), start_elastic(), programs=programs) as scene:
        with Publisher(scene, articles, ARTICLES) as publisher:
            publisher.allowed = ARTICLES
            send_undecodable(scene)
            until(lambda: len(scene.tail.read) == ARTICLES - len(poison), "the rest is read", PATIENCE)
            until(lambda: len(parked_now(scene)) == len(poison) + UNDECODABLE, "the poison is parked", PATIENCE)
        assert not poison & set(scene.tail.read)
        aside = parked_now(scene)
        assert sum(one.error == DEFECT for one in aside.values()) == len(poison)
        assert all(one.error and one.origin for one in aside.values())
        tell(f"{ARTICLES} articles: {len(poison)} parked with the reason, {UNDECODABLE} messages of no article besides")
        mend(scene)
        replay(scene, [name for name, one in aside.items() if one.error == DEFECT])
        wait_until_settled(scene, PATIENCE)
        tell("all of them are read after the replay")
        until(
            lambda: len(list(documents(scene, "parked", []))) == UNDECODABLE, "the index says what is parked", PATIENCE
        )
        check_all(scene, tell, most=0, aside=UNDECODABLE)


def send_undecodable(scene: ScaledScene) -> None:
    with closing(Producer(scene.access)) as producer:
        producer.send_all(
            [
                Message(topic=scene.topics.articles, key=POISON, value=f"no article {number}".encode())
                for number in range(UNDECODABLE)
            ],
            60.0,
        )


def mend(scene: ScaledScene) -> None:
    """Workers without the defect, under the same names."""
    assert scene.supervisor.stop(READERS) == dict.fromkeys(READERS, 0)
    for name in READERS:
        scene.part(name).program = ()
        scene.supervisor.start(name)


def replay(scene: ScaledScene, names: list[str]) -> None:
    done = scene.part("watch-0")("parked", "replay", *names, "--dir", str(scene.folder / "setup"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("waits to be read again") == len(names)
