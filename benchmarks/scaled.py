"""`make bench-scaled`: the scaled-out way on a real Kafka and Elasticsearch, a textbook Faust app beside it.

Servers, workers and this process share the machine's cores, so a rate is also given by the worker's own CPU seconds.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import msgspec
import yaml

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from e2e.running import Watch, until
from faults.feed_server import Site
from servers.elastic import elastic_server
from servers.kafka import kafka_cluster

from benchmarks.articles import articles
from benchmarks.incidents import attacks
from marsad.article import Article
from marsad.codec import encode
from marsad.kafka.admin import Admin
from marsad.kafka.producer import Message, Producer
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, Wanted, wanted
from marsad.kafka_log import SCHEMA_HEADER

READ = 6_000
WARM = READ // 5
"""The first articles, while a process starts, are not counted."""
BACKLOG = 6_000
"""What ten minutes at ten articles a second leave for a worker that was stopped."""
PACED = 3_000
TOLD = 300
"""So many of them raise an alert."""
PER_SECOND = 50
PARTITIONS = 4
PATIENCE = 900.0
TICKS = os.sysconf("SC_CLK_TCK")


class Bench:
    """One Marsad on servers of its own."""

    def __init__(self, folder: Path, bootstrap: str, elastic: str, site: Site) -> None:
        self.folder, self.site = folder, site
        self.access, self.topics = KafkaAccess((bootstrap,)), Topics("bench.")
        files = {
            "marsad.yaml": {
                "http": {"port": 0},
                "workers": 1,
                "kafka": {"bootstrap": [bootstrap], "prefix": "bench.", "partitions": PARTITIONS, "replication": 1},
                "elasticsearch": {"url": [elastic], "prefix": "bench-", "replicas": 0},
            },
            "feeds.yaml": {"feeds": [{"slug": f"feed-{n}", "url": f"https://feed-{n}.example/"} for n in range(50)]},
            "routes.yaml": {"receivers": [{"name": "desk", "urls": [{"file": "desk.url"}]}], "default": ["desk"]},
        }
        for name, value in files.items():
            (folder / name).write_text(yaml.safe_dump(value))
        (folder / "desk.url").write_text(f"json://127.0.0.1:{site.port}/")

    def set_up(self) -> None:
        with Admin(self.access) as admin:
            admin.create(wanted(self.topics, partitions=PARTITIONS, replication=1))
            admin.create([Wanted("bench.textbook", 1, 1, {})])
        done = Watch(self.folder)("elastic", "setup", str(self.folder))
        assert done.returncode == 0, done.stderr

    def publish(self, batch: Sequence[Article]) -> None:
        messages = [
            Message(
                topic=self.topics.articles,
                value=encode(article),
                key=article.source.feed.encode(),
                headers=(SCHEMA_HEADER,),
            )
            for article in batch
        ]
        with closing(Producer(self.access)) as producer:
            for start in range(0, len(messages), 500):
                producer.send_all(messages[start : start + 500], 60)

    def end(self, topic: str) -> int:
        with Admin(self.access) as admin:
            return sum(admin.end_offsets(topic).values())

    @contextmanager
    def process(self, *command: str) -> Iterator[Watch]:
        watch = Watch(self.folder, command=command, name="-".join(command))
        try:
            watch.start()
            yield watch
            assert watch.stop() == 0
        finally:
            watch.end()


def fresh(count: int, seed: int, of_attacks: float = 0.1) -> list[Article]:
    """Made-up articles of now, with ids of their own."""
    now = datetime.now(UTC)
    return [
        msgspec.structs.replace(article, id=f"{seed}-{article.id}", published=now, observed_at=now)
        for article in articles(count, seed=seed, attacks=of_attacks)
    ]


def cpu_seconds(pid: int) -> float:
    """Of a process and of all that it started."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICKS
    return own + sum(cpu_seconds(child) for child in children(pid))


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def peak(pid: int) -> str:
    """Most memory of a process and of each that it started, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    mine = f"{int(status.partition('VmHWM:')[2].split()[0]) / 1024:,.0f} MB"
    return " + ".join([mine, *map(peak, children(pid))])


def measure(name: str, pid: int, count: Callable[[], int], end: int, warm: int = WARM) -> float:
    """Print the rates from the first ``warm`` things on; things per CPU second."""
    begin = count() + warm
    until(lambda: count() >= begin, f"{name}: the first {warm:,}", PATIENCE)
    before, start, cpu = count(), time.perf_counter(), cpu_seconds(pid)
    until(lambda: count() >= end, f"{name}: all", PATIENCE)
    return report(name, count() - before, time.perf_counter() - start, cpu_seconds(pid) - cpu)


def report(name: str, count: int, wall: float, cpu: float) -> float:
    print(
        f"{name:<52} {count:>6,} in {wall:6.1f} s = {count / wall:>6,.0f}/s, {count / cpu:>6,.0f} per CPU second",
        flush=True,
    )
    return count / cpu


def reading(bench: Bench) -> None:
    bench.publish(fresh(READ, 1))
    with bench.process("worker", "read") as worker:
        assert worker.process is not None
        ours = measure(
            "worker read, one reading process", worker.process.pid, lambda: bench.end(bench.topics.log), READ
        )
        print(f"  memory: {peak(worker.process.pid)}")
    with textbook(bench) as pid:
        base = measure("  textbook Faust app, same reader", pid, lambda: bench.end("bench.textbook"), READ)
        print(f"  memory: {peak(pid)}\n  ratio {ours / base:.2f}")


@contextmanager
def textbook(bench: Bench) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.textbook", bench.access.bootstrap[0], "bench."]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL)  # its spinner
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def indexing(bench: Bench, count: Callable[[], int]) -> None:
    with bench.process("worker", "index") as worker:
        assert worker.process is not None
        measure("worker index", worker.process.pid, count, READ)
        print(f"  memory: {peak(worker.process.pid)}")


def indexed(url: str) -> int:
    with urllib.request.urlopen(f"{url}/bench-articles/_count", timeout=30) as answer:
        return int(json.load(answer)["count"])


def latency(bench: Bench) -> None:
    """An article durable in Kafka → its message at the receiver's, all processes running."""
    batch = paced()
    durable: dict[str, float] = {}
    with bench.process("worker", "read"), bench.process("worker", "index"), bench.process("watch") as watch:
        until(lambda: watch.metric("marsad_lease_held"), "the watch has the lease", PATIENCE)
        until(lambda: watch.metric('marsad_step_waiting{step="fold"}') == 0, "the watch has caught up", PATIENCE)
        with closing(Producer(bench.access)) as producer:
            began = time.perf_counter()
            for number, article in enumerate(batch):
                time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
                key = article.source.feed.encode()
                producer.send_all([Message(topic=bench.topics.articles, value=encode(article), key=key)], 30)
                durable[article.link] = time.perf_counter()
        until(lambda: watch.metric('marsad_step_waiting{step="fold"}') == 0, "all is folded", PATIENCE)
        until(lambda: watch.metric('marsad_notifications{state="due"}') == 0, "all is told", PATIENCE)
        assert watch.process is not None
        print(f"memory of the watch: {peak(watch.process.pid)}")
    arrived: dict[str, float] = {}
    for message, moment in zip(bench.site.messages, bench.site.arrived, strict=True):
        arrived.setdefault(next(word for word in message["message"].split() if word.startswith("https://")), moment)
    taken = [moment - durable[link] for link, moment in arrived.items() if link in durable]
    assert len(taken) > TOLD / 2, f"only {len(taken)} messages of {TOLD} came: too few to say anything"
    cuts = quantiles(taken, n=100)
    print(
        f"durable → receiver at {PER_SECOND} articles/s, {len(taken)} messages: p50 {cuts[49] * 1000:,.0f} ms, "
        f"p99 {cuts[98] * 1000:,.0f} ms, longest {max(taken) * 1000:,.0f} ms"
    )


def paced() -> list[Article]:
    """Ordinary articles, and among them, evenly, those that raise an alert."""
    now = datetime.now(UTC)
    batch = fresh(PACED, 3, of_attacks=0.0)
    batch[:: PACED // TOLD] = attacks(TOLD, now, seed=4)
    return batch


def recovery(bench: Bench) -> None:
    before = bench.end(bench.topics.log)
    bench.publish(fresh(BACKLOG, 5))
    with bench.process("worker", "read") as worker:
        assert worker.process is not None
        start = time.perf_counter()
        until(lambda: bench.end(bench.topics.log) >= before + BACKLOG, "the backlog is read", PATIENCE)
        taken = time.perf_counter() - start
        print(
            f"recovery: {BACKLOG:,} articles, of ten minutes at ten a second, read in {taken:.1f} s from the start on"
        )


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        Site() as site,
        kafka_cluster(brokers=1, heap="1g", lasting=True) as kafka,
        elastic_server(heap="2g", lasting=True) as elastic,
    ):
        bench = Bench(Path(name), kafka.bootstrap, elastic.url, site)
        bench.set_up()
        reading(bench)
        indexing(bench, lambda: indexed(elastic.url))
        latency(bench)
        recovery(bench)


if __name__ == "__main__":
    main()
