"""A broker that dies or freezes: what is told, by when, and that all goes on by itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import monotonic, sleep

import pytest
from integration.kafka.conftest import made_topics
from servers.kafka import KafkaCluster

from marsad.kafka import producer as module
from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.producer import Message, Producer
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # see `_after_each`

WITHIN = 60.0
LATE = 3.0
"""Seconds beyond a deadline that a busy machine may need to tell of it."""

StartKafka = Callable[..., KafkaCluster]


class Log:
    """A log on a cluster, written and read."""

    def __init__(self, access: KafkaAccess, topics: Topics, producer: Producer, reader: PartitionReader) -> None:
        self.access = access
        self.topics = topics
        self.producer = producer
        self.reader = reader

    def write(self, *texts: str, within: float = WITHIN) -> None:
        self.producer.send_all([Message(topic=self.topics.log, value=text.encode()) for text in texts], within)

    def read(self, offset: int, last: str) -> list[str]:
        """Every body behind ``offset``, up to that one, however often Kafka is away meanwhile."""
        found: list[str] = []
        deadline = monotonic() + WITHIN
        while last not in found:
            assert monotonic() < deadline, found
            try:
                entries = self.reader.after(offset + len(found), 100, 1.0)
            except KafkaDownError:
                continue
            found += [entry.body.decode() for entry in entries]
        return found

    def is_told_down(self, offset: int) -> None:
        deadline = monotonic() + WITHIN
        while monotonic() < deadline:
            try:
                assert self.reader.after(offset, 100, 0.5) == []
            except KafkaDownError:
                return
        pytest.fail("nothing was told")


@contextmanager
def log_on(cluster: KafkaCluster) -> Iterator[Log]:
    access = KafkaAccess(tuple(cluster.bootstrap.split(",")))
    with Admin(access) as admin:
        topics = made_topics(admin, len(access.bootstrap))
    with closing(Producer(access)) as producer, closing(PartitionReader(access, topics.log)) as reader:
        yield Log(access, topics, producer, reader)


def test_a_broker_that_was_dead_for_longer_than_the_client_tries(
    start_kafka: StartKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kafka-python's client never sends again after that: a new one must take its place."""
    monkeypatch.setitem(module._SETTINGS, "delivery_timeout_ms", 11_000)
    cluster = start_kafka()
    with log_on(cluster) as log:
        log.write("1", "2")
        assert log.read(0, "2") == ["1", "2"]
        cluster.kill()
        with pytest.raises(KafkaDownError, match="Expiring 1 record"):
            log.write("lost")
        log.is_told_down(2)
        no_connection_leaves_anything_behind(log)
        cluster.start()
        cluster.wait_ready()
        log.write("3")
        assert log.read(2, "3") == ["3"]


def no_connection_leaves_anything_behind(log: Log) -> None:
    threads = threading.active_count()
    for _ in range(3):
        with pytest.raises(KafkaDownError, match=r"cannot be reached.*nothing is lost"):
            Admin(log.access, 0.5)
        with pytest.raises(KafkaDownError):
            log.write("lost", within=0.5)
    log.is_told_down(2)
    deadline = monotonic() + WITHIN
    while threading.active_count() > threads:  # what was given up is closed beside
        assert monotonic() < deadline, threading.enumerate()
        sleep(0.1)


def test_a_broker_that_freezes_is_told_in_time_and_all_goes_on(start_kafka: StartKafka) -> None:
    cluster = start_kafka()
    with log_on(cluster) as log:
        log.write("before")
        assert log.read(0, "before") == ["before"]
        cluster.stall()
        for _ in range(2):  # with the connection that there is, and with none
            started = monotonic()
            with pytest.raises(KafkaDownError, match="tried again"):
                log.write("meanwhile", within=4.0)
            assert monotonic() - started < 4.0 + LATE
        log.is_told_down(1)
        cluster.resume()
        log.write("after")
        assert [text for text in log.read(1, "after") if text != "meanwhile"] == ["after"]


def test_what_was_acknowledged_outlives_every_broker(start_kafka: StartKafka) -> None:
    cluster = start_kafka(brokers=3)
    with log_on(cluster) as log:
        log.write("1")
        cluster.kill(1)
        log.write("2")
        cluster.kill(2)
        with pytest.raises(KafkaDownError):  # one copy is not enough to acknowledge
            log.write("unsure", within=15.0)
        cluster.kill(3)
        log.is_told_down(2)
        for broker in (1, 2, 3):
            cluster.start(broker)
        cluster.wait_ready()
        log.write("3")
        assert [text for text in log.read(0, "3") if text != "unsure"] == ["1", "2", "3"]
