"""An outage of Kafka is waited out, told, and over when it is over."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from marsad.errors import StoreError
from marsad.kafka.errors import KafkaDownError
from marsad.scaled.patience import TOLD_EVERY, Patience

DOWN = KafkaDownError("no broker answers")
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class Step:
    """Fails with the errors given, one a round, then does one thing a round."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    async def run_once(self) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return 1


def rounds(patience: Patience, step: Step, count: int) -> list[int]:
    async def run() -> list[int]:
        again = patience.step("fold", step.run_once)
        return [await again() for _ in range(count)]

    return asyncio.run(run())


@pytest.fixture
def stopped() -> asyncio.Event:
    """Set, so that no test waits."""
    stop = asyncio.Event()
    stop.set()
    return stop


def test_it_goes_on_after_an_outage(stopped: asyncio.Event, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    patience = Patience(stopped, lambda: NOON)
    step = Step(*[DOWN] * 3)
    assert rounds(patience, step, 3) == [0, 0, 0]
    assert patience.trouble == str(DOWN)
    assert rounds(patience, step, 1) == [1]
    assert patience.trouble == ""
    assert [record.message for record in caplog.records] == [f"fold waits: {DOWN}", "fold goes on"]


def test_a_long_outage_is_told_again(stopped: asyncio.Event, caplog: pytest.LogCaptureFixture) -> None:
    times = iter((NOON, NOON + TOLD_EVERY / 2, NOON + TOLD_EVERY, NOON + TOLD_EVERY + timedelta(seconds=1)))
    patience = Patience(stopped, lambda: next(times))
    rounds(patience, Step(*[DOWN] * 4), 4)
    assert len(caplog.records) == 2


def test_what_does_not_pass_by_itself_ends_the_process(stopped: asyncio.Event) -> None:
    with pytest.raises(StoreError):
        rounds(Patience(stopped, lambda: NOON), Step(StoreError("the disk is full")), 1)
