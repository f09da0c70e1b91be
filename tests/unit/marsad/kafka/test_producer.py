"""The sender's own logic, over clients that answer as kafka-python's do."""

from collections.abc import Callable, Iterator
from typing import Any, Self

import pytest
from aiokafka.partitioner import DefaultPartitioner
from kafka import errors

from marsad.kafka import producer
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError, MessageTooLargeError, TopicMissingError
from marsad.kafka.producer import LARGEST, Message, Producer, partition_of
from marsad.kafka.settings import KafkaAccess

ACCESS = KafkaAccess(("broker:9092",))
TOO_LARGE = b"too large for its topic"


class Future:
    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.waited: float | None = None

    def get(self, timeout: float) -> None:
        self.waited = timeout
        if self.error:
            raise self.error


class Client:
    """Refuses one value, and from then on, as kafka-python does, all others with the same error."""

    def __init__(self, cluster: "Cluster") -> None:
        self.cluster = cluster
        self.spoiled: Exception | None = None
        self.closed = self.forced = False
        self._sender = self

    def send(
        self, topic: str, *, value: bytes | None, key: bytes | None, headers: list[Any], partition: int | None
    ) -> Future:
        assert not self.forced
        self.cluster.on_send(self)
        if topic in self.cluster.slow_metadata:
            raise errors.KafkaTimeoutError("Failed to update metadata")
        if value in self.cluster.refused:
            self.spoiled = self.cluster.refused[value]
        if not self.spoiled:
            self.cluster.stored.append(value)
        return Future(self.spoiled)

    def force_close(self) -> None:
        self.forced = True

    def close(self, timeout: float) -> None:
        self.closed = True


class Cluster:
    def __init__(self) -> None:
        self.refused: dict[bytes | None, Exception] = {TOO_LARGE: errors.MessageSizeTooLargeError()}
        self.slow_metadata: set[str] = set()
        self.missing: set[str] = set()
        self.stored: list[bytes | None] = []
        self.clients: list[Client] = []
        self.down = False
        self.on_send: Callable[[Client], None] = lambda _client: None

    def connect(self, access: KafkaAccess, within: float, make: Callable[..., Any], **settings: Any) -> Client:
        assert settings["acks"] == "all"
        assert settings["enable_idempotence"]
        if self.down:
            raise KafkaDownError("gone")
        self.clients.append(Client(self))
        return self.clients[-1]

    def __call__(self, access: KafkaAccess, within: float) -> "Cluster":
        """The connection for questions."""
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def partitions(self, names: list[str]) -> None:
        for name in names:
            if name in self.missing:
                raise TopicMissingError(name)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setattr(producer, "connect", made.connect)
    monkeypatch.setattr(producer, "Admin", made)
    return made


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def sender(cluster: Cluster, clock: list[float]) -> Iterator[Producer]:
    made = Producer(ACCESS, clock=lambda: clock[0])
    yield made
    made.close()


def messages(*values: bytes) -> list[Message]:
    return [Message(topic="t", value=value) for value in values]


def test_one_client_serves_until_something_fails(cluster: Cluster, sender: Producer) -> None:
    sender.send_all(messages(b"1", b"2"), 5)
    sender.send_all(messages(b"3"), 5)
    assert cluster.stored == [b"1", b"2", b"3"]
    assert len(cluster.clients) == 1


def test_nothing_to_send_needs_no_kafka(cluster: Cluster, sender: Producer) -> None:
    cluster.down = True
    sender.send_all([], 5)


def test_after_a_failure_the_client_is_thrown_away_and_the_next_call_goes_well(
    cluster: Cluster, sender: Producer
) -> None:
    cluster.refused = {b"1": errors.KafkaTimeoutError("Timeout after waiting for 5 secs.")}
    with pytest.raises(KafkaDownError, match=r"broker:9092.*topic t.*tried again"):
        sender.send_all(messages(b"1", b"2"), 5)
    assert cluster.clients[0].forced
    cluster.refused = {}
    sender.send_all(messages(b"1", b"2"), 5)
    assert cluster.stored == [b"1", b"2"]
    assert len(cluster.clients) == 2


def test_no_connection_is_told_and_tried_again_at_the_next_call(cluster: Cluster, sender: Producer) -> None:
    cluster.down = True
    with pytest.raises(KafkaDownError):
        sender.send_all(messages(b"1"), 5)
    cluster.down = False
    sender.send_all(messages(b"1"), 5)


def test_one_that_is_too_large_harms_no_other(cluster: Cluster, sender: Producer) -> None:
    with pytest.raises(MessageTooLargeError) as refused:
        sender.send_all(messages(b"1", TOO_LARGE, b"2", TOO_LARGE, b"3"), 5)
    assert refused.value.indexes == (1, 3)
    assert refused.value.sizes == (len(TOO_LARGE), len(TOO_LARGE))
    assert sorted(cluster.stored) == [b"1", b"2", b"3"]
    sender.send_all(messages(b"4"), 5)
    assert cluster.stored[-1] == b"4"


def test_which_is_too_large_is_found_out_beside_what_others_send(cluster: Cluster, sender: Producer) -> None:
    """Another thread's refused message spoils the client that all share: these would be taken for too large as well."""
    shared = []
    cluster.on_send = lambda client: shared.append(sender._client is client)
    with pytest.raises(MessageTooLargeError):
        sender.send_all(messages(b"1", TOO_LARGE, b"2"), 5)
    assert shared == [True, True, True, False, False]


def test_one_that_no_topic_takes_is_not_even_sent(cluster: Cluster, sender: Producer) -> None:
    with pytest.raises(MessageTooLargeError, match=r"too large for Kafka: 16,777,217 bytes for t") as refused:
        sender.send_all(messages(b"1", b"x" * (LARGEST + 1)), 5)
    assert refused.value.indexes == (1,)
    assert cluster.stored == [b"1"]
    assert len(cluster.clients) == 1


def test_an_outage_outweighs_what_is_too_large(cluster: Cluster, sender: Producer) -> None:
    cluster.refused[b"2"] = errors.KafkaTimeoutError()
    with pytest.raises(KafkaDownError):
        sender.send_all(messages(b"1", TOO_LARGE, b"2"), 5)


def test_a_missing_topic_is_told_from_one_that_is_slow(cluster: Cluster, sender: Producer, clock: list[float]) -> None:
    cluster.slow_metadata = {"t"}
    cluster.missing = {"t"}
    with pytest.raises(TopicMissingError, match="topic t is missing: run `marsad kafka setup`"):
        sender.send_all(messages(b"1"), 5)
    cluster.missing = set()
    cluster.partitions = lambda _names: clock.__setitem__(0, clock[0] + 2)  # type: ignore[method-assign]
    with pytest.raises(KafkaDownError):
        sender.send_all(messages(b"1"), 5)
    assert clock[0] == 6


@pytest.mark.parametrize(
    ("error", "expected", "text"),
    [
        (errors.TopicAuthorizationFailedError("t"), KafkaRefusedError, "lacks a privilege"),
        (errors.InvalidRecordError("no key"), KafkaRefusedError, "no key"),
        (errors.NotEnoughReplicasError(), KafkaDownError, "NotEnoughReplicas"),
        (errors.OutOfOrderSequenceNumberError(), KafkaDownError, "OutOfOrderSequenceNumber"),
        (errors.UnsupportedVersionError(), KafkaRefusedError, "needs Kafka 3.0 or newer"),
    ],
)
def test_what_passes_and_what_a_person_must_mend(
    cluster: Cluster, sender: Producer, error: Exception, expected: type[Exception], text: str
) -> None:
    cluster.refused = {b"1": error}
    with pytest.raises(expected, match=text) as refused:
        sender.send_all(messages(b"1"), 5)
    assert type(refused.value) is expected


def test_closing_closes_and_may_be_asked_twice(cluster: Cluster, sender: Producer) -> None:
    sender.send_all(messages(b"1"), 5)
    sender.close()
    sender.close()
    assert cluster.clients[0].closed


def test_a_tombstone_needs_a_key() -> None:
    Message(topic="t", value=None, key=b"k")
    with pytest.raises(ValueError, match="key"):
        Message(topic="t", value=None)


def test_a_size_counts_all_that_is_sent() -> None:
    assert Message(topic="t", value=b"12", key=b"345", headers=(("é", b"6"),)).size == 8


@pytest.mark.parametrize(  # from Kafka's own tests of its hash
    ("key", "murmur2"),
    [
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_a_keys_partition_is_kafkas(key: bytes, murmur2: int) -> None:
    assert partition_of(key, 1 << 31) == murmur2 & 0x7FFFFFFF
    for count in (1, 2, 7, 12):
        assert partition_of(key, count) == DefaultPartitioner()(key, list(range(count)), []), count
