"""Watches on a real Kafka: their folders, their topics, the log as it stands there."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from e2e.running import Watch, until
from faults.feed_server import Site

from marsad.article import Article
from marsad.codec import decode_record
from marsad.kafka.admin import Admin
from marsad.kafka.producer import Producer
from marsad.kafka.reader import PartitionReader, RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, wanted
from marsad.kafka_log import KafkaLog
from marsad.log import RawEntry, ReadingRecord, RuleSetTaken
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch as Fold
from stream.reading.reader import Reader
from stream.reading.text import normalise

PARTITIONS = 4
STEP_WATCH = Path(__file__).with_name("step_watch.py")
TABLES = ("story", "member", "alert", "hold", "ledger", "notification")
_BODIES = {
    "story": "SELECT id, body FROM story ORDER BY id",
    "member": "SELECT article_id, story, body FROM member ORDER BY article_id",
    "alert": "SELECT id, body FROM alert ORDER BY id",
    "hold": "SELECT rule, story, body FROM hold ORDER BY rule, story",
    "ledger": "SELECT seq, body FROM ledger ORDER BY seq",
    "notification": "SELECT id, due_at FROM notification ORDER BY id",
}


@dataclass
class ShortWatch(Watch):
    """One with a short lease, which may kill itself at a step."""

    step: str = "none"

    def start(self, **options: Any) -> None:
        self._started += 1
        with self._out.open("wb") as out, self._err.open("wb") as err:
            command = [sys.executable, str(STEP_WATCH), str(self.folder), self.step]
            environment = {**self._environment(), "PYTHONPATH": str(STEP_WATCH.parents[2])}
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env=environment, **options)

    def reaches(self, step: str) -> None:
        """Run until it has killed itself there."""
        self.step = step
        self.start()
        until(lambda: self.ended, f"it is at the step {step!r}")
        assert self.wait() == -signal.SIGKILL, self.log
        self.step = "none"


AnyWatch = TypeVar("AnyWatch", bound=Watch)


@dataclass(frozen=True)
class Scaled:
    """One Marsad's part of a Kafka cluster."""

    access: KafkaAccess
    topics: Topics
    reader: Reader

    @classmethod
    def set_up(cls, bootstrap: str, prefix: str, reader: Reader) -> "Scaled":
        access, topics = KafkaAccess(tuple(bootstrap.split(","))), Topics(prefix)
        with Admin(access) as admin:
            admin.create(wanted(topics, partitions=PARTITIONS, replication=1))
        return cls(access, topics, reader)

    def watch(self, folder: Path, site: Site) -> Watch:
        """A watch of its own disk, whose messages go to the site."""
        return self._written(Watch(folder, command=("watch",)), site)

    def short_watch(self, folder: Path, site: Site) -> "ShortWatch":
        """The same, with a short lease."""
        return self._written(ShortWatch(folder), site)

    def _written(self, watch: AnyWatch, site: Site) -> AnyWatch:
        watch.write(**self.files(site))
        (watch.folder / "desk.url").write_text(f"json://127.0.0.1:{site.port}/")
        return watch

    def files(self, site: Site, feeds: int = 4) -> dict[str, Any]:
        """Every file of the folder, by name without ending."""
        polled = [
            {"slug": f"feed-{n}", "url": f"http://127.0.0.1:{site.port}/feed-{n}.xml", "catch_up": True}
            for n in range(feeds)
        ]
        return {
            "marsad": {
                "fetch": {"allow_networks": ["127.0.0.0/8"]},
                "http": {"port": 0},
                "workers": 1,
                "kafka": {
                    "bootstrap": list(self.access.bootstrap),
                    "prefix": self.topics.prefix,
                    "partitions": PARTITIONS,
                    "replication": 1,
                },
            },
            "feeds": {"feeds": polled},
            "routes": {"receivers": [{"name": "desk", "urls": [{"file": "desk.url"}]}], "default": ["desk"]},
        }

    def read(self, articles: Sequence[Article]) -> None:
        """What a reading worker does, without one."""
        records = [ReadingRecord(reading=self.reader.read(article)) for article in articles]
        with closing(Producer(self.access)) as producer, self._partition(self.topics.log) as log:
            KafkaLog(log, producer, self.topics.log, None).append(records, datetime.now(UTC))

    def log(self) -> list[RawEntry]:
        """The whole log, its times as the fold sees them."""
        with self._partition(self.topics.log) as partition:
            log, entries = KafkaLog(partition, _NoProducer(), self.topics.log, None), list[RawEntry]()
            last = log.last_offset()
            while len(entries) < last:
                entries += log.after(len(entries), 1_000)
            return entries

    def has_rules(self) -> bool:
        """Whether a watch has put its rules into the log: what is read before raises no alert."""
        return any(isinstance(decode_record(entry.body), RuleSetTaken) for entry in self.log())

    def messages(self, topic: str) -> list[RawMessage]:
        """Everything in a topic, partition after partition."""
        found: list[RawMessage] = []
        with Admin(self.access) as admin:
            partitions = admin.partitions([topic])[topic]
        for number in range(partitions):
            with self._partition(topic, number) as partition:
                offset, last = partition.first_offset() - 1, partition.last_offset()
                while offset < last and (batch := partition.raw_after(offset, 1_000, 5.0)):
                    found += batch
                    offset = batch[-1].offset
        return found

    @contextmanager
    def _partition(self, topic: str, number: int = 0) -> Iterator[PartitionReader]:
        reader = PartitionReader(self.access, topic, number)
        try:
            yield reader
        finally:
            reader.close()


class _NoProducer:
    def send_all(self, messages: Sequence[object], within: float) -> None:
        raise AssertionError("only read")


def state(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every table that effects build, byte for byte."""
    return {table: database.all(_BODIES[table]) for table in TABLES}


def folded_embedded(log: Sequence[RawEntry]) -> Database:
    """The log folded by a watch that knows nothing of Kafka."""
    database = Database.open(":memory:")
    store = WatchStore(database)
    store.fold(Fold(store.queries, normalise), log)
    return database
