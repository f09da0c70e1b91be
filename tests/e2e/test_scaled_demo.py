"""The demo through poll → Kafka → read → watch → Elasticsearch: the same alerts as embedded, and all is found."""

import asyncio
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from e2e.running import Watch, until
from integration.scaled.kafka_watch import PARTITIONS, Scaled, folded_embedded, state
from servers.fixtures import Elastic, Kafka
from servers.names import unique

from marsad.codec import decode_record
from marsad.config import load
from marsad.demo.expected import differences, load_expected, told
from marsad.demo.server import DemoServer
from marsad.demo.world import load_world
from marsad.log import ReadingRecord
from marsad.reading_lines import alert_lines
from marsad.scaled.poll import run_poll
from marsad.scaled.watch import run_watch
from marsad.sqlite import Database
from marsad.store_queries import StoreQueries
from marsad.wiring import Outside
from stream.reading.reader import Reader

pytestmark = pytest.mark.slow
PATIENCE = 180.0
POLL_EVERY = timedelta(seconds=0.5)


@pytest.fixture
def scaled(kafka: Kafka) -> Scaled:
    return Scaled.set_up(kafka.bootstrap, f"{unique('demo')}.", Reader.packaged())


def write_folder(folder: Path, server: DemoServer, scaled: Scaled, elastic: Elastic, indices: str) -> None:
    server.feeds_config(folder)
    (folder / "rules").mkdir()
    files: dict[str, Any] = {
        "marsad.yaml": {
            "fetch": {"allow_networks": ["127.0.0.0/8"]},
            "http": {"port": 0},
            "workers": 1,
            "kafka": {
                "bootstrap": list(scaled.access.bootstrap),
                "prefix": scaled.topics.prefix,
                "partitions": PARTITIONS,
                "replication": 1,
            },
            "elasticsearch": {"url": elastic.url, "prefix": indices, "replicas": 0},
        },
        "routes.yaml": {"receivers": [{"name": "desk", "console": True}], "default": ["desk"]},
        "rules/demo.yaml": {"updates": {"every": "0s"}},  # a minute long, as `marsad demo`
    }
    for name, value in files.items():
        (folder / name).write_text(yaml.safe_dump(value), encoding="utf-8")


@contextmanager
def workers(folder: Path) -> Iterator[None]:
    """The two stages that are processes of their own."""
    started = [Watch(folder, command=("worker", stage), name=stage) for stage in ("read", "index")]
    try:
        for worker in started:
            worker.start()
        yield
        for worker in started:
            assert worker.stop() == 0
    finally:
        for worker in started:
            worker.end()


async def run_demo(folder: Path, server: DemoServer, scaled: Scaled) -> list[dict[str, Any]]:
    """Poller and watch in this process; every alert line until all is told."""
    config, stop, came = load(folder), asyncio.Event(), list[dict[str, Any]]()
    config.data.mkdir()
    with closing(Database.open(config.data / "watch.db")) as database:
        queries = StoreQueries(database)

        def observe(_entry: object, effects: Any) -> None:
            came.extend(alert_lines(effects, queries.story))

        outside = Outside(observe=observe, console=lambda _notification: None)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(run_poll(config, stop, every=POLL_EVERY))
            tasks.create_task(run_watch(config, outside, stop))
            async with asyncio.timeout(PATIENCE):
                await server.all_fetched()
                await settled(database, scaled, server)
            stop.set()
    return came


async def settled(database: Database, scaled: Scaled, server: DemoServer) -> None:
    """All that was polled is read, folded and sent; asked twice, for things may be between two of the steps."""
    quiet = 0
    while quiet < 3:
        articles = {message.key for message in await asyncio.to_thread(scaled.messages, scaled.topics.articles)}
        log = await asyncio.to_thread(scaled.log)
        read = [record.reading for entry in log if isinstance(record := decode_record(entry.body), ReadingRecord)]
        waiting = database.all("SELECT 1 FROM notification WHERE state IN ('due', 'sending')")
        (row,) = database.all("SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM watch WHERE key = 'cursor'")
        every = await asyncio.to_thread(scaled.messages, scaled.topics.articles)
        done = articles and len(read) >= len(every) and not waiting and row[0] >= len(log) - 1
        quiet = quiet + 1 if done else 0
        await asyncio.sleep(0.5)


def test_the_demo_scaled_out(kafka: Kafka, elastic: Elastic, scaled: Scaled, tmp_path: Path) -> None:
    folder, indices, world = tmp_path / "watch", f"{unique('demo')}-", load_world()
    folder.mkdir()

    async def run() -> list[dict[str, Any]]:
        async with DemoServer(world, speed=1.0) as server:
            write_folder(folder, server, scaled, elastic, indices)
            setup = Watch(folder)
            for command in (("kafka", "setup"), ("elastic", "setup")):
                assert (await asyncio.to_thread(setup, *command, str(folder))).returncode == 0, setup.printed
            with workers(folder):
                came = await run_demo(folder, server, scaled)
                await asyncio.to_thread(check_the_index, elastic, indices, scaled, folder)
                return came

    came = asyncio.run(run())
    keys = world.key_of()
    assert differences(load_expected(world), (told(line, keys) for line in came)) == []
    database = Database.open(folder / "data" / "watch.db")
    (row,) = database.all("SELECT CAST(value AS INTEGER) FROM watch WHERE key = 'cursor'")
    assert state(database) == state(folded_embedded(scaled.log()[: row[0]]))


def check_the_index(elastic: Elastic, indices: str, scaled: Scaled, folder: Path) -> None:
    """Every article is there once, and is found by words and concepts of three languages."""
    articles = {record.reading.article_id for record in read_articles(scaled)}
    until(lambda: count(elastic, f"{indices}articles") == len(articles), "all is indexed", PATIENCE)
    for words, languages in (("attaque Burkina", {"ar", "fr", "en"}), ("هجوم", {"ar", "fr"}), ("attack Djibo", {"en"})):
        found = Watch(folder).lines("search", words)
        assert languages <= {line["language"] for line in found}, words


def read_articles(scaled: Scaled) -> list[ReadingRecord]:
    return [record for entry in scaled.log() if isinstance(record := decode_record(entry.body), ReadingRecord)]


def count(elastic: Elastic, index: str) -> int:
    with urllib.request.urlopen(f"{elastic.url}/{urllib.parse.quote(index)}/_count", timeout=10) as answer:
        return int(json.load(answer)["count"])
