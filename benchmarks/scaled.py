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
from marsad.article import Article
from marsad.codec import encode
from marsad.kafka.admin import Admin
from marsad.kafka.producer import Message, Producer
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, Wanted, wanted
from marsad.kafka_log import SCHEMA_HEADER

READ = 3_000
BACKLOG = 6_000
"""What ten minutes at ten articles a second leave for a worker that was stopped."""
PACED = 1_000
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
        self.sent = 0

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
        self.sent += len(batch)

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


def fresh(count: int, seed: int) -> list[Article]:
    """Made-up articles of now, with ids of their own."""
    now = datetime.now(UTC)
    return [
        msgspec.structs.replace(article, id=f"{seed}-{article.id}", published=now, observed_at=now)
        for article in articles(count, seed=seed)
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


def timed(pid: int, done: Callable[[], bool], what: str, patience: float = PATIENCE) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), cpu_seconds(pid)
    until(done, what, patience)
    return time.perf_counter() - wall, cpu_seconds(pid) - cpu


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
        pid = worker.process.pid
        ours = report("worker read, backlog", READ, *timed(pid, lambda: bench.end(bench.topics.log) >= READ, "read"))
        print(f"  memory: {peak(pid)}")
    with textbook(bench) as pid:
        base = report(
            "  textbook Faust app, same reader", READ, *timed(pid, lambda: bench.end("bench.textbook") >= READ, "read")
        )
        print(f"  memory: {peak(pid)}\n  ratio {ours / base:.2f}")


@contextmanager
def textbook(bench: Bench) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.textbook", bench.access.bootstrap[0], "bench."]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def indexing(bench: Bench, count: Callable[[], int]) -> None:
    with bench.process("worker", "index") as worker:
        assert worker.process is not None
        pid = worker.process.pid
        report("worker index, backlog", READ, *timed(pid, lambda: count() >= READ, "indexed"))
        print(f"  memory: {peak(pid)}")


def indexed(url: str) -> int:
    with urllib.request.urlopen(f"{url}/bench-articles/_count", timeout=30) as answer:
        return int(json.load(answer)["count"])


def latency(bench: Bench) -> None:
    """An article durable in Kafka → its message at the receiver's, all processes running."""
    batch = fresh(PACED, 3)
    durable: dict[str, float] = {}
    with bench.process("worker", "read"), bench.process("watch") as watch:
        until(lambda: watch.metric("marsad_lease_held"), "the watch has the lease")
        until(lambda: watch.metric('marsad_step_waiting{step="fold"}') == 0, "the watch has caught up")
        with closing(Producer(bench.access)) as producer:
            began = time.perf_counter()
            for number, article in enumerate(batch):
                time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
                key = article.source.feed.encode()
                producer.send_all([Message(topic=bench.topics.articles, value=encode(article), key=key)], 30)
                durable[article.link] = time.perf_counter()
        bench.sent += PACED
        until(lambda: watch.metric('marsad_step_waiting{step="fold"}') == 0, "all is folded")
        until(lambda: watch.metric('marsad_notifications{state="due"}') == 0, "all is told")
        assert watch.process is not None
        print(f"  memory of the watch: {peak(watch.process.pid)}")
    arrived: dict[str, float] = {}
    for message, moment in zip(bench.site.messages, bench.site.arrived, strict=True):
        arrived.setdefault(next(word for word in message["message"].split() if word.startswith("https://")), moment)
    taken = sorted(moment - durable[link] for link, moment in arrived.items() if link in durable)
    if len(taken) < 20:
        print(f"only {len(taken)} messages: too few to say anything")
        return
    cuts = quantiles(taken, n=100)
    print(
        f"durable → receiver at {PER_SECOND} articles/s, {len(taken)} messages: p50 {cuts[49] * 1000:,.0f} ms, "
        f"p99 {cuts[98] * 1000:,.0f} ms"
    )


def recovery(bench: Bench) -> None:
    before = bench.end(bench.topics.log)
    bench.publish(fresh(BACKLOG, 5))
    with bench.process("worker", "read") as worker:
        assert worker.process is not None
        wall, cpu = timed(
            worker.process.pid, lambda: bench.end(bench.topics.log) >= before + BACKLOG, "the backlog is read"
        )
        report("recovery: ten minutes at ten articles a second", BACKLOG, wall, cpu)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        Site() as site,
        kafka_cluster(brokers=1) as kafka,
        elastic_server() as elastic,
    ):
        bench = Bench(Path(name), kafka.bootstrap, elastic.url, site)
        bench.set_up()
        reading(bench)
        indexing(bench, lambda: indexed(elastic.url))
        latency(bench)
        recovery(bench)


if __name__ == "__main__":
    main()
