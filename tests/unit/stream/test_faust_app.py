"""What keeps Faust from losing messages, without a broker."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, NotEnoughReplicasError
from faust.exceptions import ProducerSendError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from marsad.errors import MarsadError
from marsad.kafka.settings import KafkaAccess
from stream.faust_app import FaustApp, Group
from stream.safe_agent import Failure, Outgoing, Received

PLACE = TP("m.articles", 0)
GROUP = Group(name="m.read", instance="one", topics=("m.articles",))
PLAIN = KafkaAccess(("kafka-1.example:9092", "[::1]:9093"))


class GaveUpError(BaseException):
    pass


def give_up(reason: str) -> Any:
    raise GaveUpError(reason)


def made(access: KafkaAccess = PLAIN) -> FaustApp:
    return FaustApp(access, GROUP, give_up)


def message(offset: int, generation: int = 1) -> Any:
    return SimpleNamespace(
        tp=PLACE,
        topic=PLACE.topic,
        partition=PLACE.partition,
        offset=offset,
        generation_id=generation,
        key=b"f",
        value=b"1.0 {}",
    )


def in_loop(check: Any) -> Any:
    async def run() -> Any:
        app = made()._app
        try:
            return check(app)
        finally:
            app.consumer._thread.thread_loop.close()

    return asyncio.run(run())


def test_faust_itself_still_passes_over_what_is_in_hand() -> None:
    """When this fails, Faust has mended it, and our own count of what to commit can go."""

    def check(app: Any) -> None:
        app.consumer._acked[PLACE] = [1, 2, 3]  # 0 is in hand
        assert driver.Consumer._new_offset(app.consumer, PLACE) == 4

    in_loop(check)


def test_only_what_we_are_done_with_is_committed() -> None:
    def check(app: Any) -> None:
        consumer = app.consumer
        app.consumer_generation_id = 1
        consumer._acked[PLACE] = [1, 2, 3]
        assert list(consumer._filter_tps_with_pending_acks()) == []
        consumer.done_with(message(3))
        assert list(consumer._filter_tps_with_pending_acks()) == [PLACE]
        assert list(consumer._filter_tps_with_pending_acks({PLACE})) == [PLACE]
        assert list(consumer._filter_tps_with_pending_acks({"m.other"})) == []
        assert consumer._new_offset(PLACE) == 4
        assert PLACE not in consumer._acked

    in_loop(check)


def test_what_was_done_before_a_rebalance_is_not_committed_after_it() -> None:
    def check(app: Any) -> None:
        app.consumer_generation_id = 2
        app.consumer.done_with(message(3, generation=1))
        assert app.consumer._new_offset(PLACE) is None
        app.consumer.done_with(message(1, generation=2))
        assert app.consumer._new_offset(PLACE) == 2

    in_loop(check)


def test_no_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"WEB_ENABLED": "1", "BROKER_URL": "kafka://evil:1", "STREAM_WAIT_EMPTY": "0"}.items():
        monkeypatch.setenv(name, value)

    def check(app: Any) -> None:
        assert not app.conf.web_enabled
        assert app.conf.stream_wait_empty
        assert driver.server_list(app.transport.url, 9092) == ["kafka-1.example:9092", "[::1]:9093"]
        assert app.conf.broker_session_timeout <= app.conf.broker_request_timeout
        assert app.producer._settings_extra() == {"enable_idempotence": True}

    in_loop(check)


def test_credentials_reach_both_sides() -> None:
    access = KafkaAccess(("k:1",), "SASL_PLAINTEXT", "SCRAM-SHA-512", "marsad", "CANARY")

    async def run() -> Any:
        app = made(access)._app
        return app.producer._settings_auth(), repr(app.conf.broker_credentials)

    settings, shown = asyncio.run(run())
    assert settings["sasl_plain_password"] == "CANARY"
    assert settings["sasl_mechanism"] == "SCRAM-SHA-512"
    assert "CANARY" not in shown


def handled(handle: Any, offsets: Sequence[int] = (4, 5)) -> tuple[Any, BaseException | None]:
    """What would be committed after a batch, and what ended the process."""

    async def run() -> tuple[Any, BaseException | None]:
        app = made()
        app._app.consumer_generation_id = 1
        ended = None
        try:
            await app._safely(handle, [message(offset) for offset in offsets])
        except GaveUpError as error:
            ended = error
        app._app.consumer._thread.thread_loop.close()
        return dict(app._app.consumer._done), ended

    return asyncio.run(run())


def test_a_batch_that_was_handled_is_done() -> None:
    seen: list[Received] = []

    async def handle(batch: Sequence[Received]) -> None:
        seen.extend(batch)

    assert handled(handle) == ({PLACE: (1, 6)}, None)
    assert [one.origin for one in seen] == ["m.articles/0/4", "m.articles/0/5"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MarsadError("the alias is missing"), "the alias is missing"),
        (KeyError("x"), "KeyError: 'x'"),
        (asyncio.CancelledError(), "CancelledError: "),
    ],
)
def test_whatever_is_unexpected_ends_the_process_with_nothing_done(error: BaseException, told: str) -> None:
    async def handle(_batch: Sequence[Received]) -> None:
        raise error

    done, ended = handled(handle)
    assert done == {}
    assert str(ended) == told


class Producer:
    """aiokafka's, as far as it is used: answers each message as told."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = iter(answers)

    async def send(self, *_arguments: Any) -> "asyncio.Future[Any]":
        answer = next(self._answers)
        if isinstance(answer, ProducerSendError):
            raise answer
        future = asyncio.get_running_loop().create_future()
        if answer:
            future.set_exception(answer)
        else:
            future.set_result(None)
        return future


def sent(monkeypatch: pytest.MonkeyPatch, *answers: Exception | None) -> tuple[list[Failure | None], bool]:
    async def run() -> tuple[list[Failure | None], bool]:
        app = made()
        producer = app._app.producer
        monkeypatch.setattr(producer, "send", Producer(*answers).send)
        found = await app.send([Outgoing(topic="m.log", value=b"x")] * len(answers))
        return found, producer._spoilt

    return asyncio.run(run())


def test_each_message_is_told_by_itself_and_a_refusal_spoils_the_producer(monkeypatch: pytest.MonkeyPatch) -> None:
    failures, spoilt = sent(monkeypatch, None, MessageSizeTooLargeError(), NotEnoughReplicasError())
    assert [one and one.too_large for one in failures] == [None, True, False]
    assert "NotEnoughReplicasError" in str(failures[2])
    assert spoilt


def test_what_was_refused_before_it_was_on_its_way_spoils_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ProducerSendError("Error while sending")
    error.__cause__ = MessageSizeTooLargeError("too large")
    failures, spoilt = sent(monkeypatch, error, None)
    assert [one and one.too_large for one in failures] == [True, None]
    assert not spoilt


def test_what_is_no_error_of_kafka_s_is_not_taken_for_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        sent(monkeypatch, ZeroDivisionError())


def test_a_producer_that_cannot_be_renewed_yet_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[Failure | None]:
        app = made()
        app._app.producer.spoil()
        monkeypatch.setattr(app._app.producer, "_new_producer", lambda: SimpleNamespace(start=down))
        return await app.send([Outgoing(topic="m.log", value=b"x")] * 2)

    async def down() -> None:
        raise KafkaConnectionError("Unable to bootstrap")

    assert [one and one.too_large for one in asyncio.run(run())] == [False, False]
