"""What is given to Kafka is durable, or told to be impossible."""

import asyncio
from collections.abc import Sequence

import pytest
from agent_fakes import NOON, FakeKafka, FakeTrouble, Pauses, delivery

from marsad.codec import decode
from marsad.parked import ParkedThing
from stream import safe_agent
from stream.safe_agent import CannotParkError, Delivery, Failure, Outgoing


def messages(*sizes: int) -> list[Outgoing]:
    return [Outgoing(topic="m.log", value=b"x" * size) for size in sizes]


def thing(subject: str, body: bytes = b"") -> ParkedThing:
    return ParkedThing(step="read", subject=subject, at=NOON, error="broken", body=body)


def test_all_go_together() -> None:
    kafka = FakeKafka()
    made = delivery(kafka)
    assert asyncio.run(made.deliver(messages(1, 2, 3))) == []
    assert kafka.tries == [3]
    assert made.tally.sent == 3


def test_nothing_is_no_try() -> None:
    kafka = FakeKafka()
    assert asyncio.run(delivery(kafka).deliver([])) == []
    assert kafka.tries == []


def test_an_outage_is_waited_out_ever_longer_up_to_a_bound_and_told() -> None:
    kafka, trouble, pauses = FakeKafka(down=7), FakeTrouble(), Pauses()
    made = Delivery(kafka, trouble, "m.parked", pause=pauses)
    assert asyncio.run(made.deliver(messages(1, 2))) == []
    assert pauses.seconds == [0.5, 1, 2, 4, 5, 5, 5]
    assert trouble.told == [("send", "NotEnoughReplicasError")] * 7
    assert trouble.passed[-1] == "send"
    assert made.tally.sent == 2


def test_one_that_is_too_large_does_not_keep_its_fellows_back() -> None:
    kafka = FakeKafka(limits={"m.log": 10})
    made = delivery(kafka)
    assert asyncio.run(made.deliver(messages(1, 11, 3))) == [(1, "11 bytes for topic m.log: MessageSizeTooLargeError")]
    assert [len(one.value) for one in kafka.durable] == [1, 3]
    assert made.tally.sent == 2


def test_one_that_goes_alone_waits_out_an_outage_too() -> None:
    class Falls(FakeKafka):
        async def send(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
            if len(self.tries) == 1:
                self.down = 2
            return await super().send(messages)

    kafka = Falls(limits={"m.log": 10})
    assert [place for place, _why in asyncio.run(delivery(kafka).deliver(messages(1, 11)))] == [1]
    assert kafka.tries == [2, 1, 1, 1, 1]
    assert [len(one.value) for one in kafka.durable] == [1]


def test_what_failed_alone_is_sent_again_not_its_fellows() -> None:
    class Half(FakeKafka):
        async def send(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
            if len(messages) == 1:
                return await super().send(messages)
            await super().send(messages[:1])
            return [None, *[Failure("RequestTimedOutError")] * (len(messages) - 1)]

    kafka = Half()
    assert asyncio.run(delivery(kafka).deliver(messages(1, 2))) == []
    assert [len(one.value) for one in kafka.durable] == [1, 2]


def test_that_there_is_no_acknowledgement_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_agent, "CONFIRMED_WITHIN", 0.001)

    class Waits(FakeTrouble):
        def met(self, name: str, error: str) -> None:
            super().met(name, error)
            told.set()

    class Slow(FakeKafka):
        async def send(self, messages: Sequence[Outgoing]) -> list[Failure | None]:
            await told.wait()
            return await super().send(messages)

    async def run() -> None:
        assert await Delivery(Slow(), trouble, "m.parked").deliver(messages(1)) == []

    told, trouble = asyncio.Event(), Waits()
    asyncio.run(run())
    assert {name for name, _error in trouble.told} == {"confirm"}
    assert "confirm" in trouble.passed


def test_what_is_parked_is_durable_under_its_id() -> None:
    kafka = FakeKafka(down=1)
    made = delivery(kafka)
    asyncio.run(made.park([thing("a"), thing("b")]))
    assert [(one.topic, one.key) for one in kafka.durable] == [("m.parked", b"read:a"), ("m.parked", b"read:b")]
    assert decode(ParkedThing, kafka.durable[0].value) == thing("a")
    assert made.tally.parked == 2


def test_what_cannot_be_parked_is_an_error() -> None:
    kafka = FakeKafka(limits={"m.parked": 200})
    with pytest.raises(CannotParkError, match=r"^read:b: .* bytes for topic m\.parked: .* a larger limit$"):
        asyncio.run(delivery(kafka).park([thing("a"), thing("b", b"x" * 200)]))
