"""What is asked of Kafka about itself: its topics, how far groups have read; and setting topics up."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from types import TracebackType
from typing import Any, Final, Self

from kafka import KafkaAdminClient, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec

from marsad.kafka.client import connect, told
from marsad.kafka.errors import KafkaRefusedError, TopicMissingError
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Change, Found, Wanted

ANSWER_SECONDS: Final = 30.0
"""After so long the connection is closed, which ends the question too."""

_MISSING: Final = errors.UnknownTopicOrPartitionError.errno
_THERE_ALREADY: Final = errors.TopicAlreadyExistsError.errno
_DONE: Final = "OK"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The brokers there are. ``id`` is the cluster's own; a restored or another cluster has another."""

    id: str
    brokers: int
    version: tuple[int, ...]
    """At least so new, as its protocol tells: (4, 1)."""


class Admin:
    """A connection for questions. Every method raises KafkaDownError and KafkaRefusedError."""

    def __init__(self, access: KafkaAccess, within: float = 10.0) -> None:
        """Connects. ``within``: seconds for that."""
        self._access = access
        self._client: KafkaAdminClient = connect(access, within, KafkaAdminClient)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def cluster(self) -> Cluster:
        """The brokers that there are."""
        with self._errors_told():
            found = self._client.describe_cluster()
            version = self._client._manager.broker_version  # noqa: SLF001  kafka-python tells it nowhere else
        return Cluster(found["cluster_id"], len(found["brokers"]), version)

    def found(self, names: Sequence[str]) -> dict[str, Found]:
        """Those of the topics that are there, with their settings."""
        topics = self._described(names)
        settings = self._settings(list(topics))
        return {
            name: Found(
                name,
                len(topic["partitions"]),
                min((len(partition["replica_nodes"]) for partition in topic["partitions"]), default=0),
                settings[name],
            )
            for name, topic in topics.items()
        }

    def partitions(self, names: Sequence[str]) -> dict[str, int]:
        """How many partitions each topic has. Raises TopicMissingError. For a start: it needs no more than Describe."""
        topics = self._described(names)
        for name in names:
            if name not in topics:
                raise TopicMissingError(name)
        return {name: len(topics[name]["partitions"]) for name in names}

    def create(self, topics: Sequence[Wanted]) -> None:
        """Create topics, and wait until they can be used. One that another has just created is no error."""
        if not topics:
            return
        asked = {
            topic.name: {
                "num_partitions": topic.partitions,
                "replication_factor": topic.replication,
                "configs": dict(topic.settings),
            }
            for topic in topics
        }
        with self._errors_told():
            answer = self._client.create_topics(asked, raise_errors=False)
        for topic in answer["topics"]:
            if topic["error_code"] not in (0, _THERE_ALREADY):
                self._refuse(topic["name"], topic["error_code"], topic["error_message"])
        with self._errors_told():
            self._client.wait_for_topics(list(asked))

    def change(self, changes: Sequence[Change]) -> None:
        """Change settings of topics, leaving their other settings as they are."""
        by_topic: dict[str, dict[str, str]] = {}
        for change in changes:
            by_topic.setdefault(change.topic, {})[change.setting] = change.wanted
        if not by_topic:
            return
        asked = [ConfigResource(ConfigResourceType.TOPIC, name, configs) for name, configs in by_topic.items()]
        with self._errors_told():
            answer = self._client.alter_configs(asked, raise_on_unknown=False)
        for name, result in answer["topic"].items():
            if result != _DONE:
                raise KafkaRefusedError(f"Kafka ({self._access.brokers}) refuses it (topic {name}): {result}")

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Partition → Marsad's offset of its last message (0: none). Raises TopicMissingError."""
        count = self.partitions([topic])[topic]
        asked = {TopicPartition(topic, partition): OffsetSpec.LATEST for partition in range(count)}
        with self._errors_told(topic):
            found = self._client.list_partition_offsets(asked)
        return {place.partition: end.offset for place, end in sorted(found.items())}

    def group_offsets(self, group: str) -> Mapping[tuple[str, int], int]:
        """(topic, partition) → Marsad's offset of the last message that the group has done with."""
        with self._errors_told():
            found = self._client.list_group_offsets(group)[group]
        return {(place.topic, place.partition): done.offset for place, done in sorted(found.items())}

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _described(self, names: Sequence[str]) -> dict[str, Any]:
        """Raises KafkaRefusedError for a topic that may not be seen."""
        with self._errors_told():
            topics = self._client.describe_topics(list(names))
        for topic in topics:
            if topic["error_code"] not in (0, _MISSING):
                self._refuse(topic["name"], topic["error_code"], None)
        there = {topic["name"]: topic for topic in topics if topic["error_code"] == 0}
        return {name: there[name] for name in names if name in there}

    def _settings(self, names: Sequence[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        with self._errors_told():
            answer = self._client.describe_configs(asked, config_filter="all")["topic"]
        for name in names:
            if not answer[name]:  # kafka-python drops the error that came in place of the settings
                raise KafkaRefusedError(
                    f"Kafka does not tell the settings of topic {name}: the user needs the privilege DescribeConfigs"
                )
        return {name: {key: str(entry["value"]) for key, entry in answer[name].items()} for name in names}

    def _refuse(self, topic: str, code: int, message: str | None) -> None:
        raise told(errors.for_code(code)(message or topic), self._access, topic)

    @contextmanager
    def _errors_told(self, topic: str = "") -> Iterator[None]:
        # A question that kafka-python cannot put, or that is lost with its connection, would be waited for without end.
        alarm = Timer(ANSWER_SECONDS, self.close)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        except (errors.KafkaError, OSError) as error:
            raise told(error, self._access, topic) from error
        finally:
            alarm.cancel()
