"""Faust, held to what it can be trusted with. The only file that imports it.

Left to itself Faust loses messages: one whose handling raised, one that is in hand at a stop or behind a slower
one, and what it sends when Kafka refuses it. So here:

- one agent takes batches of raw bytes, one batch at a time, and nothing raises out of its loop: what is
  unexpected ends the process at once, uncommitted, and the batch is delivered again;
- an offset is committed when our own handler has done with everything up to it, whatever Faust has counted;
- each send is awaited twice: for its place in the queue, and for Kafka's acknowledgement.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import faust
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from faust.auth import SASLCredentials, SSLCredentials
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from marsad.errors import MarsadError
from marsad.kafka.errors import KafkaDownError
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import PARKED_BYTES
from marsad.kafka_log import SCHEMA_HEADER
from stream.safe_agent import Failure, Outgoing, Received

BATCH: Final = 100
WITHIN: Final = 0.01
"""Seconds between looks at what has come: a fixed tick, which sets the latency."""
AHEAD: Final = 2
"""Batches that are fetched ahead. More would let one topic's backlog stand before all others' messages."""
REQUEST_BYTES: Final = PARKED_BYTES + 10_000
BATCH_BYTES: Final = 256 * 1024
OUTAGE_SECONDS: Final = 7 * 24 * 3_600.0
"""A worker that waits so long for Kafka or Elasticsearch keeps its partitions; one that hangs ends itself."""
REBALANCE_SECONDS: Final = 20.0
"""So long the others wait for a member that does not join again; it is left out then, and what it had comes again."""

Place = tuple[str, int]
"""Topic and partition."""
Handle = Callable[[Sequence[Received]], Awaitable[None]]
GiveUp = Callable[[str], NoReturn]

_TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


class _Consumer(driver.Consumer):
    """Commits what our handler has done with. Faust's own count passes over a message in hand at times."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._done: dict[TP, tuple[int, int]] = {}
        super().__init__(*arguments, **named)

    def done_with(self, message: Any) -> None:
        """The message is done, and with it all before it in its partition."""
        self._done[message.tp] = (message.generation_id, message.offset + 1)

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in list(self._done) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        generation, offset = self._done[tp]
        for counted in (self._acked, self._acked_index, self._gap):
            counted.pop(tp, None)
        return offset if generation == self.app.consumer_generation_id else None


class _Producer(driver.Producer):
    """Idempotent. Renewed after a refusal: the numbers of its messages would have a hole for ever."""

    _spoilt = False

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"enable_idempotence": True}

    def spoil(self) -> None:
        """Something that was on its way was not taken."""
        self._spoilt = True

    async def mended(self) -> None:
        """Raises KafkaError where no broker answers."""
        if self._spoilt:
            fresh = self._new_producer()
            await fresh.start()
            old, self._producer, self._spoilt = self._producer, fresh, False
            if old is not None:
                await old.stop()


class _Transport(driver.Transport):
    Consumer = _Consumer
    Producer = _Producer


class _App(faust.App):
    """No folders, no tables, no web page: an agent and a producer."""

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Any:
        return _Transport(self.conf.broker_producer, self)

    def _create_directories(self) -> None:
        """Nothing is kept."""


for _service in (_Consumer, _Producer, _App):
    _service.logger = driver.logger  # each subclass is given one of its own when it is made, and tells every step


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Who reads: workers of one ``name`` share the topics out. ``instance`` is this process's own, over restarts."""

    name: str
    instance: str
    topics: tuple[str, ...]


class FaustApp:
    """One stage of the news' way: batches of its topics go to a handler, which sends through ``send``."""

    def __init__(
        self, access: KafkaAccess, group: Group, give_up: GiveUp, *, batch: int = BATCH, within: float = WITHIN
    ) -> None:
        """``give_up`` ends the process at once, without a word to Kafka. ``within``: seconds."""
        self._give_up = give_up
        self._batch = batch
        self._within = within
        self._app = _App(group.name, **_settings(access, group), stream_buffer_maxsize=AHEAD * batch)
        self._topic = self._app.topic(
            *group.topics, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )

    async def start(self, handle: Handle) -> None:
        """Begin to give batches to ``handle``. Raises KafkaDownError."""

        async def agent(stream: Any) -> None:
            async for events in stream.take_events(self._batch, within=self._within):
                await self._safely(handle, [event.message for event in events])

        self._app.agent(self._topic, name="agent", concurrency=1)(agent)
        try:
            await self._app.start()
        except (KafkaError, OSError) as error:
            raise KafkaDownError(f"Kafka cannot be reached by Faust: {error}") from error

    async def stop(self) -> None:
        """Take no more, let the batch in hand be done, commit it. Waits for it without end."""
        await self._app.stop()

    async def send(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
        """Try once; of each message None when it is durable, or why it is not."""
        producer = self._app.producer
        assert isinstance(producer, _Producer)
        try:
            await producer.mended()
        except (KafkaError, OSError) as error:
            return [Failure(_told(error))] * len(messages)
        queued = [await self._queued(producer, message) for message in messages]
        waiting = {one for one in queued if isinstance(one, asyncio.Future)}
        if waiting:
            await asyncio.wait(waiting)
        return [one if isinstance(one, Failure) else self._outcome(producer, one) for one in queued]

    def assignment(self) -> frozenset[Place]:
        """What this process reads now; empty while it is not known."""
        consumer = self._app.consumer
        if consumer is None or self._app.rebalancing:
            return frozenset()
        try:
            return frozenset((tp.topic, tp.partition) for tp in consumer.assignment())
        except faust.exceptions.FaustError:
            return frozenset()

    async def first_offsets(self, places: Sequence[Place]) -> dict[Place, int]:
        """Kafka's offset of the first message that each partition still has. Raises KafkaDownError."""
        try:
            found = await self._app.consumer.earliest_offsets(*(TP(*place) for place in places))
        except KafkaError as error:
            raise KafkaDownError(_told(error)) from error
        return {(tp.topic, tp.partition): offset for tp, offset in found.items()}

    @property
    def rebalances(self) -> int:
        """How often partitions were given out since the start."""
        return self._app.rebalancing_count

    @property
    def crash(self) -> str:
        """Why Faust has stopped by itself; empty while it runs."""
        return repr(self._app.crash_reason) if self._app.crashed else ""

    async def _safely(self, handle: Handle, messages: Sequence[Any]) -> None:
        try:
            await handle([_received(message) for message in messages])
        except MarsadError as error:
            self._give_up(str(error))
        except BaseException as error:  # noqa: BLE001  whatever it is: Faust would commit the batch if it got to it
            self._give_up(f"{type(error).__name__}: {error}")
        consumer = self._app.consumer
        assert isinstance(consumer, _Consumer)
        for message in messages:
            consumer.done_with(message)

    async def _queued(self, producer: _Producer, message: Outgoing) -> "asyncio.Future[Any] | Failure":
        try:
            return asyncio.ensure_future(
                await producer.send(message.topic, message.key, message.value, None, None, [SCHEMA_HEADER])
            )
        except ProducerSendError as error:
            return _failure(error.__cause__ or error)

    def _outcome(self, producer: _Producer, sent: "asyncio.Future[Any]") -> Failure | None:
        error = sent.exception()
        if error is None:
            return None
        if not isinstance(error, KafkaError):
            raise error
        producer.spoil()
        return _failure(error)


def _settings(access: KafkaAccess, group: Group) -> dict[str, Any]:
    return {
        "broker": [f"kafka://{broker}" for broker in access.bootstrap],
        "broker_credentials": _credentials(access),
        "env": {},  # else any variable that happens to be named as one of its settings overrides what stands here
        "set_as_current": False,
        "web_enabled": False,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "consumer_group_instance_id": group.instance,
        "consumer_auto_offset_reset": "earliest",
        "stream_wait_empty": True,
        "broker_session_timeout": 10.0,
        "broker_heartbeat_interval": 2.0,
        "broker_request_timeout": 15.0,
        "broker_max_poll_interval": OUTAGE_SECONDS,
        "broker_rebalance_timeout": REBALANCE_SECONDS,
        "stream_processing_timeout": OUTAGE_SECONDS,  # the watchdog looks after that, and knows what is waited for
        "consumer_metadata_max_age_ms": 10_000,
        "producer_metadata_max_age_ms": 10_000,
        "producer_request_timeout": 10.0,
        "producer_acks": -1,
        "producer_linger": 0,
        "producer_max_batch_size": BATCH_BYTES,
        "producer_max_request_size": REQUEST_BYTES,
    }


def _credentials(access: KafkaAccess) -> SASLCredentials | SSLCredentials | None:
    if access.protocol == "PLAINTEXT":
        return None
    context = None if access.protocol == "SASL_PLAINTEXT" else ssl.create_default_context(cafile=access.ca)
    if access.protocol == "SSL":
        return SSLCredentials(context)
    return SASLCredentials(
        username=access.user, password=access.password, mechanism=access.mechanism, ssl_context=context
    )


def _received(message: Any) -> Received:
    return Received(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
    )


def _failure(error: BaseException) -> Failure:
    return Failure(_told(error), too_large=isinstance(error, _TOO_LARGE))


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
