"""The whole of Marsad, scaled out, on real servers: feeds, three brokers, Elasticsearch, and who gets the messages."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from e2e.running import Watch, until
from faults.feed_server import Site
from faults.scaled_log import AskedThread, LogTail, Progress
from faults.scaled_news import FEEDS, RULES, dated
from faults.scaled_parts import Part, Supervisor
from servers.elastic import ElasticServer
from servers.kafka import KafkaCluster

from marsad.article import Article
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics

PARTITIONS = 6
INDICES = "marsad-"
PARTS = {
    "poll-0": ("poll",),
    "poll-1": ("poll",),
    "read-0": ("worker", "read"),
    "read-1": ("worker", "read"),
    "index-0": ("worker", "index"),
    "index-1": ("worker", "index"),
    "watch-0": ("watch",),
    "watch-1": ("watch",),
}
STARTS_WITHIN = 180.0


@dataclass
class ScaledScene:
    """Everything runs. ``published`` holds each article as it stood in its feed, in that order."""

    folder: Path
    site: Site
    kafka: KafkaCluster
    elastic: ElasticServer
    supervisor: Supervisor
    tail: LogTail
    access: KafkaAccess
    topics: Topics
    published: list[Article] = field(default_factory=list)

    def part(self, name: str) -> Part:
        return self.supervisor.parts[name]

    def publish(self, articles: Sequence[Article]) -> None:
        """Into their feeds, now."""
        now = datetime.now(UTC)
        shown = [dated(article, now) for article in articles]
        self.published += shown
        self.site.publish(shown)

    def withdraw_what_is_read(self) -> None:
        self.site.withdraw(self.tail.read)

    def leader(self) -> Part | None:
        """The watch that sends."""
        watches = [part for name, part in self.supervisor.parts.items() if name.startswith("watch")]
        return next((one for one in watches if metric(one, "marsad_lease_held") == 1), None)


class Publisher(AskedThread):
    """Publishes as many articles as are allowed, never ``window`` ahead of the first that is not read yet."""

    def __init__(self, scene: ScaledScene, articles: Sequence[Article], window: int) -> None:
        super().__init__()
        self.allowed = 0
        self._scene, self._articles, self._window = scene, articles, window
        self._progress = Progress(articles, scene.tail)
        self._done = 0

    def run(self) -> None:
        while not self._stop_asked.wait(0.3):
            upto = min(self._progress.whole() + self._window, self.allowed)
            if upto > self._done:
                self._scene.publish(self._articles[self._done : upto])
                self._done = upto
            self._scene.withdraw_what_is_read()

    @property
    def read(self) -> int:
        """How many of the first articles are all in the log."""
        return self._progress.whole()


def metric(part: Part, name: str) -> float:
    """One number of its metrics; -1 where it does not answer."""
    if part.ended or not part.port:
        return -1.0
    try:
        return part.metric(name)
    except OSError:
        return -1.0


@contextmanager
def scaled_scene(
    folder: Path,
    kafka: KafkaCluster,
    elastic: ElasticServer,
    *,
    parts: Sequence[str] = tuple(PARTS),
    elastic_url: str = "",
    programs: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Iterator[ScaledScene]:
    """``elastic_url``: where Marsad is to find Elasticsearch, if not at the server's own. ``programs``: some parts'."""
    access, topics = KafkaAccess(tuple(kafka.bootstrap.split(","))), Topics()
    with ExitStack() as stack:
        site = stack.enter_context(Site())
        site.feeds.update((f"/feed-{number}.xml", []) for number in range(FEEDS))
        setup = Watch(folder / "setup")
        write(setup, site, access, elastic.url)
        for words in (("kafka", "setup"), ("elastic", "setup")):
            done = setup(*words, str(setup.folder))
            assert done.returncode == 0, done.stderr
        kafka.wait_ready()
        tail = stack.enter_context(LogTail(access, topics.log))
        supervisor = stack.enter_context(Supervisor())
        for name in parts:
            part = Part(folder / name, command=PARTS[name], program=programs.get(name, ()))
            part.env = {"MARSAD_INSTANCE": name}
            write(part, site, access, elastic_url or elastic.url)
            supervisor.run(part)
        scene = ScaledScene(folder, site, kafka, elastic, supervisor, tail, access, topics)
        until(lambda: all(part.port for part in supervisor.parts.values()), "all of it starts", STARTS_WITHIN)
        until(scene.leader, "a watch has the lease", STARTS_WITHIN)
        yield scene


def write(watch: Watch, site: Site, access: KafkaAccess, elastic_url: str) -> None:
    """All files of a folder."""
    feeds = [{"slug": f"feed-{n}", "url": site.url(f"/feed-{n}.xml"), "catch_up": True} for n in range(FEEDS)]
    marsad: dict[str, Any] = {
        "fetch": {"allow_networks": ["127.0.0.0/8"], "per_host": 20},
        "http": {"port": 0},
        "workers": 1,
        "kafka": {"bootstrap": list(access.bootstrap), "partitions": PARTITIONS},
        "elasticsearch": {"url": elastic_url, "prefix": INDICES, "replicas": 0},
    }
    watch.write(
        marsad=marsad,
        feeds={"feeds": feeds},
        routes={"receivers": [{"name": "desk", "urls": [{"file": "desk.url"}]}], "default": ["desk"]},
    )
    (watch.folder / "desk.url").write_text(f"json://127.0.0.1:{site.port}/")
    rules = Watch(watch.folder / "rules")
    rules.write(test=RULES)


def say(log: Path | None) -> Callable[[str], None]:
    """Tells how a long run gets on: on standard output, and in a file."""
    began = time.monotonic()

    def told(what: str) -> None:
        line = f"{datetime.now(UTC):%H:%M:%S} {time.monotonic() - began:7.1f} s  {what}"
        print(line, flush=True)
        if log is not None:
            with log.open("a", encoding="utf-8") as out:
                out.write(f"{line}\n")

    return told
