"""A test's own short way to the servers, beside the product's clients."""

import base64
import json
import urllib.request
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from servers.elastic_config import Account
from servers.names import unique

PATIENCE = 60


def create_topic(bootstrap: str, copies: int = 1, **options: Any) -> str:
    """A topic of one partition with a fresh name. ``options`` are kafka-python's, as of ``Login.client``."""
    topic = unique("articles")
    admin = KafkaAdminClient(bootstrap_servers=bootstrap, **options)
    admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=copies)])
    admin.wait_for_topics([topic], timeout_ms=PATIENCE * 1000)
    admin.close()
    return topic


def produce(bootstrap: str, topic: str, *values: bytes, **options: Any) -> None:
    """Acknowledged by all copies in sync."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", **options)
    for future in [producer.send(topic, value) for value in values]:
        future.get(PATIENCE)
    producer.close()


def consume(bootstrap: str, topic: str, count: int, **options: Any) -> list[bytes]:
    """The first ``count`` values."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, consumer_timeout_ms=PATIENCE * 1000, **options)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek_to_beginning()
    values = [next(consumer).value for _ in range(count)]
    consumer.close()
    return values


def ask(
    url: str, method: str = "GET", body: Any = None, account: Account | None = None, patience: float = PATIENCE
) -> Any:
    """Elasticsearch's answer.

    Raises:
        urllib.error.HTTPError: It said no; ``code`` is its status.
        TimeoutError: It said nothing within ``patience`` seconds.
    """
    headers = {"Content-Type": "application/json"}
    if account:
        login = base64.b64encode(f"{account.name}:{account.password}".encode()).decode()
        headers["Authorization"] = f"Basic {login}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=patience) as answer:
        return json.load(answer)
