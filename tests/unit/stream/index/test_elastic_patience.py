import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from stream.index.elastic_errors import ElasticError, UnreachableError
from stream.index.elastic_patience import LONGEST, SHORTEST, Patience, Trouble, delay

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_grow_to_a_bound_and_are_spread(chance):
    waits = [delay(attempt, chance) for attempt in range(50)]
    assert waits == sorted(waits)
    assert waits[0] == SHORTEST * (0.5 + chance / 2)
    assert waits[-1] == LONGEST * (0.5 + chance / 2)
    assert delay(10**9, chance) == waits[-1]


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


def test_trouble_lasts_as_long_as_anybody_waits():
    clock = Clock()
    patience = Patience(clock, clock.sleep, lambda: 1.0)

    async def work():
        with patience.wait() as first:
            await first("one")
            with patience.wait() as second:
                await second("two")
                await second("two")
            return patience.trouble

    assert asyncio.run(work()) == Trouble(NOON, "two")
    assert patience.trouble is None
    assert patience.waits == 3


def test_trouble_that_comes_and_goes_is_told_once_a_minute(caplog):
    clock = Clock()
    patience = Patience(clock, clock.sleep, lambda: 1.0)

    async def work():
        for _ in range(1_000):
            with patience.wait() as again:
                await again("busy")

    asyncio.run(work())
    minutes = (clock.now - NOON) / timedelta(minutes=1)
    assert len(caplog.records) <= 2 * (minutes + 1)


@pytest.mark.parametrize("error", [ElasticError("for good"), asyncio.CancelledError()])
def test_whatever_ends_the_waiting_ends_the_trouble(error):
    patience = Patience(Clock(), Clock().sleep)
    answers = [UnreachableError("not yet"), error]

    async def ask():
        raise answers.pop(0)

    with pytest.raises(type(error)):
        asyncio.run(patience.until_reached(ask))
    assert patience.trouble is None
