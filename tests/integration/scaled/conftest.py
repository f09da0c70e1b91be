"""Topics of each test's own on the broker of the whole run, and a site that hears what is sent."""

from collections.abc import Iterator

import pytest
from faults.feed_server import Site
from integration.scaled.kafka_watch import Scaled
from servers.fixtures import Kafka
from servers.names import unique

from stream.reading.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.packaged()


@pytest.fixture
def scaled(kafka: Kafka, reader: Reader) -> Scaled:
    return Scaled.set_up(kafka.bootstrap, f"{unique('watch')}.", reader)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as found:
        yield found
