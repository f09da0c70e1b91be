"""A process's lease: claimed in the log, counted from what is read back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from marsad.lease import RENEWED_AFTER, SECONDS, Tenure
from marsad.log import LeaseClaim, LeaseTaken, Record, Tick, Ticked
from marsad.outgoing import Outgoing
from marsad.scaled.lease_step import MOST_BEHIND, LeaseStep
from marsad.sqlite import Database

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class World:
    """A log that grants every claim, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.log: list[Record] = []
        outgoing = Outgoing(Database.open(":memory:"))
        self.behind = 0
        self.step = LeaseStep(
            Tenure("a"), self, outgoing, lambda: 41, lambda: NOON, lambda: self.behind, lambda: self.seconds
        )

    def append(self, records: Sequence[Record], now: datetime) -> None:
        assert now == NOON
        self.log += records

    def grant(self, owner: str = "a") -> None:
        claim = self.log[-1]
        assert isinstance(claim, LeaseClaim)
        until = NOON + timedelta(seconds=SECONDS)
        self.step.observe([Ticked(minute=NOON), LeaseTaken(owner=owner, number=claim.number, until=until, published=0)])


@pytest.fixture
def world() -> World:
    return World()


def test_it_claims_at_once_and_then_in_good_time(world: World) -> None:
    assert [world.step.run_once(), world.step.run_once()] == [1, 0]
    assert world.log == [LeaseClaim(owner="a", number=1, seconds=SECONDS, published=41)]
    world.seconds = RENEWED_AFTER
    assert world.step.run_once() == 1


def test_it_acts_from_reading_its_claim_back_until_that_ends(world: World) -> None:
    world.step.run_once()
    assert (world.step.may_act(), world.step.term) == (False, 0)
    world.grant()
    assert (world.step.may_act(), world.step.term, world.step.holder) == (True, 1, "a")
    world.seconds = SECONDS
    assert not world.step.may_act()


def test_a_lease_that_was_lost_and_comes_back_is_a_new_term(world: World) -> None:
    world.step.run_once()
    world.grant()
    world.seconds = 2 * SECONDS
    world.step.run_once()
    world.grant()
    assert world.step.term == 2


def test_at_the_end_it_is_given_back_once(world: World) -> None:
    world.step.run_once()
    world.step.release()
    assert len(world.log) == 1
    world.grant()
    world.step.release()
    world.step.release()
    assert world.log[1:] == [LeaseClaim(owner="a", number=2, seconds=0.0, published=41)]
    assert not world.step.may_act()


def test_records_of_other_kinds_say_nothing_of_it(world: World) -> None:
    world.log.append(Tick(minute=NOON))
    world.step.observe([Ticked(minute=NOON)])
    assert (world.step.term, world.step.holder) == (0, "")


def test_who_is_far_behind_does_not_claim(world: World) -> None:
    world.behind = MOST_BEHIND + 1
    assert world.step.run_once() == 0
    world.behind = MOST_BEHIND
    assert world.step.run_once() == 1
