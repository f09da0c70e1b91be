"""Real servers for tests. A test that asks for one is marked ``slow`` by itself.

``kafka``, ``kafka_three``, ``elastic``: shared by the whole run, so never killed; topics, indices get ``unique`` names.
``start_kafka``, ``start_elastic``: private instances, with the options of ``kafka_cluster`` and ``elastic_server``.
"""

import contextlib
import functools
import gc
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from servers import availability
from servers.artifacts import FetchError, compiler_jar, elastic_zip, kafka_jars, lacking
from servers.elastic import ElasticServer, elastic_server
from servers.kafka import KafkaCluster, kafka_cluster

REAL_SERVERS = {"kafka", "kafka_three", "elastic", "start_kafka", "start_elastic"}


@dataclass(frozen=True, slots=True)
class Kafka:
    """A cluster that is there to be used. ``bootstrap`` is ``host:port,...``."""

    bootstrap: str


@dataclass(frozen=True, slots=True)
class Elastic:
    """A node that is there to be used. ``url`` is ``http://host:port``."""

    url: str


def pytest_itemcollected(item: pytest.Item) -> None:
    """Before ``-m`` chooses."""
    if REAL_SERVERS & set(getattr(item, "fixturenames", ())):
        item.add_marker(pytest.mark.slow)


@pytest.fixture
def collected() -> Iterator[None]:
    """kafka-python leaves sockets of lost connections to the garbage collector: not to that of the next test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    with _shared_kafka(brokers=1) as bootstrap:
        yield Kafka(bootstrap)


@pytest.fixture(scope="session")
def kafka_three() -> Iterator[Kafka]:
    with _shared_kafka(brokers=3) as bootstrap:
        yield Kafka(bootstrap)


@pytest.fixture(scope="session")
def elastic() -> Iterator[Elastic]:
    if addresses := availability.given(availability.ELASTIC, os.environ):
        yield Elastic(addresses[0])
        return
    _have_elastic()
    with elastic_server() as server:
        yield Elastic(server.url)


@pytest.fixture
def start_kafka() -> Iterator[Callable[..., KafkaCluster]]:
    _have_kafka()
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(kafka_cluster(**options))


@pytest.fixture
def start_elastic() -> Iterator[Callable[..., ElasticServer]]:
    _have_elastic()
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(elastic_server(**options))


@contextlib.contextmanager
def _shared_kafka(brokers: int) -> Iterator[str]:
    if addresses := availability.given(availability.KAFKA, os.environ, at_least=brokers):
        yield ",".join(addresses)
        return
    _have_kafka()
    with kafka_cluster(brokers=brokers) as cluster:
        yield cluster.bootstrap


def _have(variable: str, *programs: Callable[[], object]) -> None:
    """Fetch what is to be started. Where that cannot be, the test is skipped, or in CI fails."""
    problem = lacking()
    try:
        for program in () if problem else programs:
            program()
    except FetchError as error:
        problem = str(error)
    if problem:
        verdict = availability.nowhere(variable, os.environ, problem)
        (pytest.fail if verdict.fail else pytest.skip)(verdict.reason)


_have_kafka = functools.partial(_have, availability.KAFKA, kafka_jars)
_have_elastic = functools.partial(_have, availability.ELASTIC, elastic_zip, compiler_jar)
