"""The questions' own logic, over a client that answers as kafka-python's does."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from kafka import TopicPartition, errors

from marsad.kafka import admin as module
from marsad.kafka.admin import Admin
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError, TopicMissingError
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Change, Found, Topics, wanted

ACCESS = KafkaAccess(("broker:9092",))


class Client:
    def __init__(self) -> None:
        self.topics: dict[str, int] = {}
        self.replicas = [[1, 2, 3], [1, 2]]
        self.settings: dict[str, str] = {"retention.ms": "1"}
        self.answers: dict[str, Any] = {}
        self.closed = Event()

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        partitions = [{"replica_nodes": nodes} for nodes in self.replicas]
        return [{"name": name, "error_code": self.topics.get(name, 3), "partitions": partitions} for name in names]

    def describe_configs(self, resources: list[Any], config_filter: str) -> dict[str, Any]:
        assert config_filter == "all"
        told = {key: {"value": value} for key, value in self.settings.items()}
        return {"topic": {resource.name: told for resource in resources}}

    def create_topics(self, asked: dict[str, Any], *, raise_errors: bool) -> dict[str, Any]:
        code, message = self.answers.get("create", (0, None))
        return {"topics": [{"name": name, "error_code": code, "error_message": message} for name in asked]}

    def wait_for_topics(self, names: list[str]) -> None:
        assert names

    def alter_configs(self, resources: list[Any], *, raise_on_unknown: bool) -> dict[str, Any]:
        self.answers["altered"] = {resource.name: resource.configs for resource in resources}
        return {"topic": {resource.name: self.answers.get("alter", "OK") for resource in resources}}

    def list_partition_offsets(self, asked: dict[TopicPartition, Any]) -> dict[TopicPartition, Any]:
        raise self.answers["offsets"]

    def describe_cluster(self) -> dict[str, Any]:
        self.closed.wait()
        raise errors.KafkaConnectionError("Event loop stopped")

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    made = Client()

    def connect(access: KafkaAccess, within: float, make: Callable[..., Any]) -> Client:
        return made

    monkeypatch.setattr(module, "connect", connect)
    return made


def test_what_is_there_is_told_with_the_copies_of_its_worst_partition(client: Client) -> None:
    client.topics = {"t": 0}
    assert Admin(ACCESS).found(["t", "gone"]) == {"t": Found("t", 2, 2, {"retention.ms": "1"})}


def test_nothing_there_asks_for_no_settings(client: Client) -> None:
    assert Admin(ACCESS).found(["gone"]) == {}


def test_settings_that_may_not_be_seen_are_not_taken_for_none(client: Client) -> None:
    client.topics, client.settings = {"t": 0}, {}
    with pytest.raises(KafkaRefusedError, match="topic t: the user needs the privilege DescribeConfigs"):
        Admin(ACCESS).found(["t"])


def test_a_topic_that_may_not_be_seen_is_not_taken_for_missing(client: Client) -> None:
    client.topics = {"t": errors.TopicAuthorizationFailedError.errno}
    with pytest.raises(KafkaRefusedError, match="lacks a privilege") as refused:
        Admin(ACCESS).partitions(["t"])
    assert not isinstance(refused.value, TopicMissingError)
    with pytest.raises(TopicMissingError, match="topic gone is missing"):
        Admin(ACCESS).partitions(["gone"])


def test_a_topic_that_another_has_just_created_is_no_error(client: Client) -> None:
    client.answers["create"] = (errors.TopicAlreadyExistsError.errno, "there")
    Admin(ACCESS).create(wanted(Topics(), partitions=1, replication=1))
    Admin(ACCESS).create([])


def test_what_kafka_says_against_a_topic_is_told(client: Client) -> None:
    client.answers["create"] = (errors.PolicyViolationError.errno, "at most 3 partitions here")
    with pytest.raises(KafkaRefusedError, match=r"topic marsad.articles.*at most 3 partitions here"):
        Admin(ACCESS).create(wanted(Topics(), partitions=12, replication=1))


def test_changes_go_by_topic_and_a_refusal_is_told(client: Client) -> None:
    changes = [Change("t", "a", "1", "2"), Change("t", "b", "1", "3"), Change("u", "a", "", "4")]
    Admin(ACCESS).change(changes)
    assert client.answers["altered"] == {"t": {"a": "2", "b": "3"}, "u": {"a": "4"}}
    Admin(ACCESS).change([])
    client.answers["alter"] = "[Error 29] TopicAuthorizationFailedError: None"
    with pytest.raises(KafkaRefusedError, match=r"topic t.*TopicAuthorizationFailed"):
        Admin(ACCESS).change(changes)


def test_a_partition_without_a_leader_passes(client: Client) -> None:
    client.topics = {"t": 0}
    client.answers["offsets"] = errors.LeaderNotAvailableError()
    with pytest.raises(KafkaDownError, match="topic t"):
        Admin(ACCESS).end_offsets("t")


def test_a_question_that_is_never_answered_ends(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.05)
    with pytest.raises(KafkaDownError, match="tried again"):
        Admin(ACCESS).cluster()
