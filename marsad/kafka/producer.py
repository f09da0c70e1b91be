"""Sends messages to Kafka. What was sent without an error is durable; what was not told may be durable or not."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

from kafka import KafkaProducer, errors
from kafka.partitioner.default import murmur2

from marsad.kafka.admin import Admin
from marsad.kafka.client import Deadline, connect, tell_of_slow_checksums, told
from marsad.kafka.errors import KafkaDownError, MessageTooLargeError
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import PARKED_BYTES

Header = tuple[str, bytes]

DELIVERY_SECONDS: Final = 300.0
"""How long kafka-python itself tries: longer than any ``within`` that makes sense, for after it the client is lost."""
METADATA_SECONDS: Final = 2.0
"""The longest wait for a topic's partitions before it is asked whether there is such a topic."""
BATCH_BYTES: Final = 128 * 1024
CLOSE_SECONDS: Final = 10.0
LARGEST: Final = PARKED_BYTES
"""Of any message, in bytes. Most topics take less, which Kafka itself tells."""
_HEADROOM: Final = 1_000
"""Bytes of a record beside what it holds."""

_TOO_LARGE: Final = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be sent. ``value`` None is a tombstone: the key's earlier messages go in time."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    headers: tuple[Header, ...] = ()
    partition: int | None = None
    """None: the key's own, see ``partition_of``."""

    def __post_init__(self) -> None:
        if self.value is None and self.key is None:
            raise ValueError("a tombstone needs a key")

    @property
    def size(self) -> int:
        """Bytes of key, value and headers."""
        headers = sum(len(name.encode()) + len(value) for name, value in self.headers)
        return len(self.key or b"") + len(self.value or b"") + headers


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key, as every Kafka client's default partitioner has it."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


class Producer:
    """Messages to Kafka, each acknowledged by all in-sync copies. For any number of threads; it blocks.

    A client of kafka-python is of no use after an error. When one message has run out of time it never sends again, to
    no topic, though Kafka is well; when one was refused it fails all others with that same error. So it is thrown
    away, and the next call makes another.
    """

    def __init__(self, access: KafkaAccess, clock: Callable[[], float] = monotonic) -> None:
        """Connects at the first message, not here."""
        self._access = access
        self._clock = clock
        self._lock = Lock()
        self._client: KafkaProducer | None = None
        tell_of_slow_checksums()

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        """Send, and wait until all are durable; those of one key stay in order.

        ``within``: seconds for all of it. Raises KafkaDownError when they are over, KafkaRefusedError and
        TopicMissingError where Kafka refuses, MessageTooLargeError when all but some are durable. After any other
        error than the last, some of the messages may be durable and others not, and of those that were on their way
        one may still arrive: send all again; ids make it harmless.
        """
        deadline = Deadline(within, self._clock)
        large = [index for index, message in enumerate(messages) if message.size > LARGEST]
        waiting = {index: message for index, message in enumerate(messages) if message.size <= LARGEST}
        try:
            self._send(waiting, deadline)
        except _TOO_LARGE:
            large += self._send_one_by_one(waiting, deadline)
        if large:
            raise MessageTooLargeError([(at, messages[at].topic, messages[at].size) for at in sorted(large)], LARGEST)

    def close(self) -> None:
        """End it. Nothing waits to be sent: ``send_all`` keeps nothing back."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            _close(client)

    def _send(self, waiting: dict[int, Message], deadline: Deadline) -> None:
        """Takes out of ``waiting`` what is durable. Raises one of _TOO_LARGE when the rest is, or stood beside it."""
        if not waiting:
            return
        client = self._connected(deadline)
        refused: Exception | None = None
        with self._thrown_away_if_it_fails(client):
            futures = {at: self._given(client, message, deadline) for at, message in waiting.items()}
            for at, future in futures.items():
                try:
                    self._acknowledged(future, waiting[at].topic, deadline)
                except _TOO_LARGE as error:
                    refused = error
                else:
                    del waiting[at]
            if refused:
                raise refused

    def _send_one_by_one(self, waiting: dict[int, Message], deadline: Deadline) -> list[int]:
        """Which of them are too large; the others are durable."""
        alone = Producer(self._access, self._clock)  # of its own: what others send must not be taken for these
        large = []
        try:
            for at, message in waiting.items():
                try:
                    alone._send({at: message}, deadline)
                except _TOO_LARGE:
                    large.append(at)
        finally:
            alone.close()
        return large

    def _connected(self, deadline: Deadline) -> KafkaProducer:
        if not self._lock.acquire(timeout=deadline.left):
            raise KafkaDownError(f"no connection to Kafka within {deadline.within:g} s")
        try:
            if self._client is None:
                self._client = connect(self._access, deadline.left, KafkaProducer, **_SETTINGS)
            return self._client
        finally:
            self._lock.release()

    def _given(self, client: KafkaProducer, message: Message, deadline: Deadline) -> Any:
        """The future of a message that is on its way."""
        while True:
            try:
                return client.send(
                    message.topic,
                    value=message.value,
                    key=message.key,
                    headers=list(message.headers),
                    partition=message.partition,
                )
            except errors.KafkaTimeoutError as error:
                # The client waits for a topic that is missing as for one whose partitions it has not been told yet.
                with Admin(self._access, deadline.left) as admin:
                    admin.partitions([message.topic])
                if not deadline.left:
                    raise told(error, self._access, message.topic) from error
            except (errors.KafkaError, ValueError) as error:  # ValueError: the topic's partitions were forgotten since
                raise told(error, self._access, message.topic) from error

    def _acknowledged(self, future: Any, topic: str, deadline: Deadline) -> None:
        try:
            future.get(timeout=deadline.left)
        except _TOO_LARGE:
            raise
        except errors.KafkaError as error:
            raise told(error, self._access, topic) from error

    @contextmanager
    def _thrown_away_if_it_fails(self, client: KafkaProducer) -> Iterator[None]:
        try:
            yield
        except BaseException:  # whatever ends it, what is still in the client must not be sent behind newer news
            with self._lock:
                if self._client is client:
                    self._client = None
            # close() alone first waits for what is not sent, and leaves all as it is where that takes too long.
            client._sender.force_close()  # noqa: SLF001
            Thread(target=_close, args=(client,), daemon=True).start()
            raise


def _close(client: KafkaProducer) -> None:
    try:
        client.close(timeout=CLOSE_SECONDS)
    except errors.KafkaError as error:
        _log.debug("a connection to Kafka that was given up ended with: %s", error)


_SETTINGS: Final[dict[str, Any]] = {
    "acks": "all",
    "enable_idempotence": True,
    "linger_ms": 0,
    "batch_size": BATCH_BYTES,
    "compression_type": "gzip",  # the log is kept for ever, and every client can read it without another package
    "max_in_flight_requests_per_connection": 5,
    "max_request_size": LARGEST + _HEADROOM,
    "max_block_ms": int(METADATA_SECONDS * 1_000),
    "delivery_timeout_ms": int(DELIVERY_SECONDS * 1_000),
    "allow_auto_create_topics": False,
    "metrics_enabled": False,
}
