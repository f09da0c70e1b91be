"""Workers on a real Kafka: their topics, their processes, and what came of what they were given."""

import itertools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from e2e.running import Watch, until

from marsad.article import Article, Source, article_id
from marsad.codec import decode, decode_record, encode
from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.producer import Message, Producer
from marsad.kafka.reader import PartitionReader, RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Change, Topics, wanted
from marsad.log import ReadingRecord
from marsad.parked import ParkedThing
from marsad.reading import WholeReading

PARTITIONS = 4
ODD_WORKER = Path(__file__).with_name("odd_worker.py")
_numbers = itertools.count(1)


@dataclass
class Worker(Watch):
    """A worker's process: of Marsad's own command, or of another program that is given the folder."""

    program: Sequence[str] = ("-m", "marsad", "worker", "read")

    def start(self, **options: Any) -> None:
        self._started += 1
        with self._out.open("wb") as out, self._err.open("wb") as err:
            command = [sys.executable, *self.program, str(self.folder)]
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env=self._environment(), **options)

    def started(self) -> "Worker":
        """When it works."""
        until(lambda: self.port or self.ended, "the worker starts")
        assert not self.ended, self.log
        return self


@dataclass
class Stage:
    """Topics and workers of one test."""

    access: KafkaAccess
    topics: Topics
    folder: Path
    workers: list[Worker] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    """Further sections of marsad.yaml."""
    security: dict[str, Any] = field(default_factory=dict)
    """More of the section ``kafka``."""

    def __post_init__(self) -> None:
        self.admin = Admin(self.access)
        self.admin.create(wanted(self.topics, partitions=PARTITIONS, replication=1))

    def worker(self, instance: str = "one", *, kind: str = "read", odd: bool = False, **env: str) -> Worker:
        """One more of them, started. ``odd``: its reader does what titles say, and it has little patience."""
        worker = self.folder_of(instance)
        worker.program = (str(ODD_WORKER),) if odd else ("-m", "marsad", "worker", kind)
        worker.env |= env
        worker.start()
        return worker

    def folder_of(self, instance: str) -> Worker:
        """One that is not started yet."""
        worker = Worker(self.folder / f"{instance}-{len(self.workers)}")
        worker.env = {"MARSAD_INSTANCE": instance, "PYTHONPATH": str(Path(__file__).parents[2])}
        worker.write(
            marsad={
                "http": {"port": 0},
                "workers": 1,
                "kafka": {
                    "bootstrap": list(self.access.bootstrap),
                    "prefix": self.topics.prefix,
                    "partitions": PARTITIONS,
                    "replication": 1,
                    **self.security,
                },
                **self.more,
            },
            feeds={"feeds": [{"slug": "f", "url": "https://f.example/feed"}]},
            routes={"receivers": []},
        )
        self.workers.append(worker)
        return worker

    def end(self) -> None:
        for worker in self.workers:
            worker.end()
        self.admin.close()

    def send(self, bodies: Sequence[bytes], *, key: str = "") -> None:
        """To the articles' topic: each to the partition of ``key``, or by turns to all."""
        self.publish(
            *(
                Message(topic=self.topics.articles, key=(key or f"feed-{number}").encode(), value=body)
                for number, body in enumerate(bodies)
            )
        )

    def publish(self, *messages: Message) -> None:
        producer = Producer(self.access)
        producer.send_all(messages, 60.0)
        producer.close()

    def limit(self, topic: str, size: int) -> None:
        """The largest message that a topic takes, in bytes."""
        self.admin.change([Change(topic, "max.message.bytes", "", str(size))])

    def committed(self, group: str = "read") -> int:
        """How many messages a group has done with."""
        return sum(self.admin.group_offsets(f"{self.topics.prefix}{group}").values())

    def sent(self) -> int:
        return sum(self.admin.end_offsets(self.topics.articles).values())

    def logged(self) -> int:
        """How many records the log has."""
        return self.admin.end_offsets(self.topics.log)[0]

    def wait_done(self) -> None:
        def all_done() -> bool:
            try:
                return self.committed() == self.sent()
            except KafkaDownError:  # a broker that was stalled needs a moment
                return False

        until(all_done, "every article is done with")

    def wait_indexed(self) -> None:
        topics = self.topics
        names = (topics.readings, topics.stories, topics.alerts, topics.ledger, topics.parked)

        def all_done() -> bool:
            ends = sum(sum(self.admin.end_offsets(name).values()) for name in names)
            return self.committed("index") == ends

        until(all_done, "everything is indexed")

    def log(self) -> Counter[str]:
        """Article id → how many records of it the log has."""
        messages = self._messages(self.topics.log)
        assert all(one.headers == (("schema-version", b"1.0"),) for one in messages)
        records = [decode_record(one.value or b"") for one in messages]
        return Counter(one.reading.article_id for one in records if isinstance(one, ReadingRecord))

    def readings(self) -> dict[str, str]:
        """Article id → its whole text."""
        found = [(one, decode(WholeReading, one.value or b"")) for one in self._messages(self.topics.readings)]
        assert all(one.key == whole.reading.article_id.encode() for one, whole in found)
        return {whole.reading.article_id: whole.text for _one, whole in found}

    def parked(self) -> dict[str, ParkedThing]:
        """What is put aside, by its key."""
        found: dict[str, ParkedThing] = {}
        for one in self._messages(self.topics.parked):
            key = (one.key or b"").decode()
            if one.value is None:
                found.pop(key)
            else:
                found[key] = decode(ParkedThing, one.value)
        return found

    def _messages(self, topic: str) -> list[RawMessage]:
        found: list[RawMessage] = []
        for number in range(self.admin.partitions([topic])[topic]):
            reader = PartitionReader(self.access, topic, number)
            offset, last = 0, reader.last_offset()
            while offset < last and (batch := reader.raw_after(offset, 1_000, 5.0)):
                found += batch
                offset = batch[-1].offset
            reader.close()
        return found


def article(number: int, title: str = "", body: str = "Nothing new is reported.") -> bytes:
    return encode(
        Article(
            id=id_of(number),
            source=Source(feed="f"),
            title=title or f"Report {number}",
            body=body,
            observed_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        )
    )


def id_of(number: int) -> str:
    return article_id("f", str(number))


def ids(numbers: range) -> set[str]:
    return set(map(id_of, numbers))


def next_name() -> str:
    """What no other stage of this run is called. Not in a conftest: imported by name it is another module once more."""
    return f"faust-{os.getpid()}-{next(_numbers)}"


@contextmanager
def stage(bootstrap: str, name: str, folder: Path, **login: Any) -> Iterator[Stage]:
    """``login``: further fields of KafkaAccess."""
    made = Stage(KafkaAccess(tuple(bootstrap.split(",")), **login), Topics(f"{name}."), folder)
    try:
        yield made
    finally:
        made.end()
