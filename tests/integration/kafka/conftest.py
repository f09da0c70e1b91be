"""Marsad's connections to the shared broker, and topics of each test's own."""

from collections.abc import Iterator

import pytest
from servers.fixtures import Kafka
from servers.names import unique

from marsad.kafka.admin import Admin
from marsad.kafka.producer import Producer
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, wanted


@pytest.fixture(autouse=True)
def _after_each(collected: None) -> None:
    """Sockets of one test are not for the next."""


@pytest.fixture
def access(kafka: Kafka) -> KafkaAccess:
    return KafkaAccess(tuple(kafka.bootstrap.split(",")))


@pytest.fixture
def admin(access: KafkaAccess) -> Iterator[Admin]:
    with Admin(access) as made:
        yield made


@pytest.fixture
def topics(admin: Admin) -> Topics:
    return made_topics(admin)


@pytest.fixture
def producer(access: KafkaAccess) -> Iterator[Producer]:
    made = Producer(access)
    yield made
    made.close()


def made_topics(admin: Admin, replication: int = 1) -> Topics:
    topics = Topics(f"{unique('test')}.")
    admin.create(wanted(topics, partitions=3, replication=replication))
    return topics
