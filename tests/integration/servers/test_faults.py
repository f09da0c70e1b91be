"""What fault tests rely on: the verbs do what they say, and data outlives them."""

import contextlib

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError
from servers.clients import ask, consume, create_topic, produce

QUICK = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}


def test_kafka_keeps_what_it_acknowledged_over_a_kill(start_kafka) -> None:
    kafka = start_kafka(settings=QUICK)
    topic = create_topic(kafka.bootstrap)
    produce(kafka.bootstrap, topic, b"before")
    pid = kafka.processes[0].pid
    kafka.kill()
    kafka.start()
    kafka.wait_ready()
    produce(kafka.bootstrap, topic, b"after")
    assert consume(kafka.bootstrap, topic, 2) == [b"before", b"after"]
    assert kafka.processes[0].pid != pid


def test_three_brokers_go_on_without_one_and_take_it_back(start_kafka) -> None:
    kafka = start_kafka(brokers=3, settings=QUICK)
    topic = create_topic(kafka.bootstrap, copies=3)
    kafka.kill(2)
    produce(kafka.bootstrap, topic, b"without 2")
    kafka.start(2)
    kafka.wait_ready()
    kafka.stop(1)
    produce(kafka.bootstrap, topic, b"without 1")
    kafka.start(1)
    kafka.wait_ready()
    assert consume(kafka.bootstrap, topic, 2) == [b"without 2", b"without 1"]


def test_a_stalled_broker_answers_nothing_until_it_is_resumed(start_kafka) -> None:
    kafka = start_kafka(settings=QUICK)
    topic = create_topic(kafka.bootstrap)
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    producer.send(topic, b"before").get(60)
    kafka.stall()
    future = producer.send(topic, b"during")
    with pytest.raises(KafkaError):
        future.get(2)
    kafka.resume()
    kafka.wait_ready()
    future.get(60)
    producer.close()
    assert consume(kafka.bootstrap, topic, 2) == [b"before", b"during"]


def test_elasticsearch_keeps_what_it_acknowledged_over_a_kill_and_stalls(start_elastic) -> None:
    elastic = start_elastic()
    document = f"{elastic.url}/stories/_doc/1"
    ask(document, "PUT", {"title": "kept"})
    elastic.kill()
    elastic.start()
    elastic.wait_ready()
    assert ask(document)["_source"] == {"title": "kept"}
    elastic.stall()
    with pytest.raises(TimeoutError):
        ask(document, patience=2)
    elastic.resume()
    elastic.wait_ready()
    elastic.stop()
    with contextlib.suppress(ConnectionResetError), pytest.raises(OSError, match="refused"):
        ask(document)
