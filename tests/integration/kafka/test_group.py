"""A member of a consumer group, on a broker."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from e2e.running import until
from integration.kafka.conftest import made_topics
from kafka import KafkaAdminClient

from marsad.kafka import client
from marsad.kafka import group as module
from marsad.kafka.admin import Admin
from marsad.kafka.client import settings_of
from marsad.kafka.group import Group
from marsad.kafka.settings import KafkaAccess
from marsad.scaled.lease_step import boot_seconds


@contextmanager
def member(access: KafkaAccess, prefix: str, topic: str) -> Iterator[Group]:
    group = Group(access, f"{prefix}poll", topic, moment=boot_seconds)
    thread = threading.Thread(target=group.run)
    thread.start()
    try:
        yield group
    finally:
        group.stop()
        thread.join()


def held(group: Group) -> int:
    return sum(share.holds() for share in group.shares())


def test_partitions_that_are_added_are_taken_though_no_round_lasts_as_long_as_joining(
    access: KafkaAccess, admin: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.001)
    monkeypatch.setattr(client, "METADATA_SECONDS", 0.5)
    topics = made_topics(admin)
    with member(access, topics.prefix, topics.feed_state) as group:
        until(lambda: held(group) == 3, "it has all partitions")
        asked = KafkaAdminClient(**settings_of(access, 10.0))
        asked.create_partitions({topics.feed_state: 5})
        asked.close()
        until(lambda: held(group) == 5, "it has the new ones, too")
