"""Messages there and back, on a real broker."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeVar

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.structs import OffsetAndMetadata

from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError, LogGapError, MessageTooLargeError, TopicMissingError
from marsad.kafka.producer import Message, Producer, partition_of
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import MESSAGE_BYTES, Topics

WITHIN = 30.0

Answer = TypeVar("Answer")


def numbered(topic: str, first: int, last: int) -> list[Message]:
    return [Message(topic=topic, value=str(number).encode()) for number in range(first, last + 1)]


def test_the_log_is_read_in_the_order_in_which_it_was_written(
    access: KafkaAccess, topics: Topics, producer: Producer
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    producer.send_all(numbered(topics.log, 1, 250), WITHIN)
    producer.send_all(numbered(topics.log, 251, 500), WITHIN)
    reader = PartitionReader(access, topics.log)
    found = []
    while entries := reader.after(len(found), 70, 1.0):
        assert len(entries) <= 70
        found += entries
    assert [(entry.offset, entry.body) for entry in found] == [(n, str(n).encode()) for n in range(1, 501)]
    times = [entry.at for entry in found]
    assert times == sorted(times)
    assert before < times[0] <= times[-1] < datetime.now(UTC) + timedelta(seconds=1)
    assert reader.after(500, 10, 0.1) == []
    assert (reader.first_offset(), reader.last_offset()) == (1, 500)
    assert [entry.offset for entry in reader.after(123, 2, 1.0)] == [124, 125]
    reader.close()


def test_the_log_has_the_brokers_time_whatever_the_writers_clock_says(
    access: KafkaAccess, admin: Admin, topics: Topics
) -> None:
    found = admin.found([topics.log, topics.articles])
    assert found[topics.log].settings["message.timestamp.type"] == "LogAppendTime"
    assert found[topics.articles].settings["message.timestamp.type"] == "CreateTime"


def test_keys_headers_and_tombstones_arrive_in_the_keys_own_partition(
    access: KafkaAccess, topics: Topics, producer: Producer
) -> None:
    keys = [f"feed-{number}".encode() for number in range(20)]
    headers = (("schema-version", b"1.0"),)
    producer.send_all(
        [Message(topic=topics.feed_state, key=key, value=b"state", headers=headers) for key in keys], WITHIN
    )
    producer.send_all([Message(topic=topics.feed_state, key=keys[0], value=None)], WITHIN)
    found = {}
    for partition in range(3):
        reader = PartitionReader(access, topics.feed_state, partition)
        messages = reader.raw_after(0, 100, 5.0)
        assert {partition_of(message.key or b"", 3) for message in messages} == {partition}
        found |= {message.key: message for message in messages}
        reader.close()
    assert set(found) == set(keys)
    assert found[keys[0]].value is None
    assert (found[keys[1]].value, found[keys[1]].headers) == (b"state", headers)


def test_one_that_is_too_large_harms_no_other(access: KafkaAccess, topics: Topics, producer: Producer) -> None:
    large = Message(topic=topics.log, value=os.urandom(MESSAGE_BYTES + 1))
    for turn in range(2):  # kafka-python's client is spoiled by the first: the second turn must not be
        batch = [*numbered(topics.log, 1, 2), large, *numbered(topics.log, 3, 4)]
        with pytest.raises(MessageTooLargeError, match=f"8,388,609 bytes for {topics.log}") as refused:
            producer.send_all(batch, WITHIN)
        assert refused.value.indexes == (2,), turn
    producer.send_all(numbered(topics.log, 5, 5), WITHIN)
    reader = PartitionReader(access, topics.log)
    bodies = [entry.body for entry in reader.after(0, 100, 5.0)]
    assert bodies[-1] == b"5"
    for number in (b"1", b"2", b"3", b"4"):
        assert bodies.count(number) >= 2
    reader.close()


def test_the_largest_that_is_promised_gets_through(access: KafkaAccess, topics: Topics, producer: Producer) -> None:
    body = os.urandom(MESSAGE_BYTES - 4_096)
    producer.send_all([Message(topic=topics.articles, key=b"k", value=body)], WITHIN)
    reader = PartitionReader(access, topics.articles, partition_of(b"k", 3))
    (found,) = reader.raw_after(0, 10, 5.0)
    assert found.value == body
    reader.close()


def test_a_missing_topic_is_named_with_what_to_do(access: KafkaAccess, admin: Admin, producer: Producer) -> None:
    expected = "topic no-such.topic is missing: run `marsad kafka setup`"
    reader = PartitionReader(access, "no-such.topic")
    for ask in (
        lambda: producer.send_all([Message(topic="no-such.topic", value=b"1")], WITHIN),
        lambda: reader.after(0, 10, 0.1),
        reader.last_offset,
        lambda: admin.end_offsets("no-such.topic"),
        lambda: admin.partitions(["no-such.topic"]),
    ):
        with pytest.raises(TopicMissingError) as refused:
            ask()
        assert str(refused.value) == expected


def test_what_was_thrown_away_and_what_never_was_is_told_and_reading_can_go_on(
    access: KafkaAccess, topics: Topics, producer: Producer
) -> None:
    producer.send_all(numbered(topics.log, 1, 10), WITHIN)
    reader = PartitionReader(access, topics.log)
    assert [entry.offset for entry in reader.after(0, 3, 5.0)] == [1, 2, 3]
    with pytest.raises(LogGapError, match="holds the records 1 to 10, and 12 were read already"):
        reader.after(12, 10, 1.0)
    assert [entry.offset for entry in reader.after(3, 3, 5.0)] == [4, 5, 6]
    client = KafkaAdminClient(bootstrap_servers=list(access.bootstrap))
    client.delete_records({TopicPartition(topics.log, 0): 8})
    client.close()
    assert reader.first_offset() == 9
    fresh = PartitionReader(access, topics.log)
    with pytest.raises(LogGapError, match="holds the records 9 to 10, and 7 is to be read next: it was thrown away"):
        fresh.after(6, 10, 1.0)
    assert [entry.offset for entry in fresh.after(8, 10, 5.0)] == [9, 10]
    fresh.close()
    reader.close()


def test_what_groups_have_read_and_what_there_is(
    access: KafkaAccess, admin: Admin, topics: Topics, producer: Producer
) -> None:
    producer.send_all([Message(topic=topics.articles, key=b"k", value=b"1")] * 3, WITHIN)
    place = partition_of(b"k", 3)
    assert admin.end_offsets(topics.articles) == {partition: 3 * (partition == place) for partition in range(3)}
    assert asked_until_it_answers(lambda: admin.group_offsets("nobody")) == {}
    client = KafkaAdminClient(bootstrap_servers=list(access.bootstrap))
    group = f"{topics.prefix}read"
    client.alter_group_offsets(group, {TopicPartition(topics.articles, place): OffsetAndMetadata(2, "", -1)})
    client.close()
    assert admin.group_offsets(group) == {(topics.articles, place): 2}


def asked_until_it_answers(question: Callable[[], Answer]) -> Answer:
    """At a cluster's first question about a group the brokers only begin to keep them."""
    deadline = monotonic() + WITHIN
    while True:
        try:
            return question()
        except KafkaDownError:
            if monotonic() > deadline:
                raise


def test_the_cluster_tells_who_it_is(admin: Admin) -> None:
    cluster = admin.cluster()
    assert (cluster.id, cluster.brokers) == ("EjRWeBI0VngSNFZ4EjRWeA", 1)
    assert cluster.version >= (4, 0)
