"""What the holder of the lease does to the log: rules are taken, also behind an outage; minutes by a right clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from alerts.rules import RuleSet
from marsad.errors import ConfigError, ConfigProblem
from marsad.kafka.errors import KafkaDownError
from marsad.lease import SECONDS, Tenure
from marsad.log import LeaseClaim, LeaseTaken, RawEntry, Record, RuleSetTaken, Tick
from marsad.outgoing import Outgoing
from marsad.scaled.lead import Lead
from marsad.scaled.lease_step import LeaseStep
from marsad.sqlite import Database

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
FIRST, SECOND = (
    RuleSet.model_validate(
        {
            "rules": [{"name": name, "when": {"fresh": True}}],
            "receivers": [{"name": "desk", "console": True}],
            "default": ["desk"],
        }
    )
    for name in ("first", "second")
)


class World:
    """A log that may be down, files that may change, and a lease that is granted when it is asked for."""

    rule_set: RuleSet | None = None

    def __init__(self) -> None:
        self.written: list[Record] = []
        self.down = False
        self.on_disk, self.edited, self.bad = FIRST, False, False
        self.now = self.log_time = NOON
        outgoing = Outgoing(Database.open(":memory:"))
        self.lease = LeaseStep(Tenure("a"), self, outgoing, lambda: 0, lambda: NOON, moment=lambda: 0.0)
        self.lead = Lead(self.lease, self, lambda: self.log_time, Files(self), self, lambda: 0, lambda: self.now)

    def append(self, records: Sequence[Record], now: datetime) -> None:
        assert now.tzinfo is not None
        if self.down:
            raise KafkaDownError("no broker answers")
        self.written += records
        for record in records:
            if isinstance(record, LeaseClaim):
                until = NOON + timedelta(seconds=SECONDS)
                self.lease.observe([LeaseTaken(owner="a", number=record.number, until=until, published=0)])

    def after(self, offset: int, limit: int) -> list[RawEntry]:
        raise AssertionError(f"only the fold reads ({offset}, {limit})")

    def last_at(self) -> datetime | None:
        return self.log_time

    def last_offset(self) -> int:
        return len(self.written)

    def taken(self) -> list[str]:
        return [record.digest for record in self.written if isinstance(record, RuleSetTaken)]

    def ticks(self) -> int:
        return sum(isinstance(record, Tick) for record in self.written)


class Files:
    def __init__(self, world: World) -> None:
        self.world = world

    def changed(self) -> bool:
        edited, self.world.edited = self.world.edited, False
        return edited

    def rule_set(self) -> RuleSet:
        if self.world.bad:
            raise ConfigError([ConfigProblem("rules.yaml", 1, "rules", "is bad")])
        return self.world.on_disk


@pytest.fixture
def world() -> World:
    return World()


def test_with_the_lease_it_ticks_and_takes_the_rules_once(world: World) -> None:
    world.lead.run_once()
    world.lead.run_once()
    assert world.taken() == [FIRST.digest()]
    assert world.ticks() == 1


def test_edited_rules_are_taken_although_kafka_was_down_when_they_were_saved(world: World) -> None:
    world.lead.run_once()
    world.on_disk, world.edited, world.down = SECOND, True, True
    with pytest.raises(KafkaDownError):
        world.lead.run_once()
    world.down = False
    world.lead.run_once()
    assert world.taken() == [FIRST.digest(), SECOND.digest()]


def test_bad_rules_leave_the_last_good_ones_and_mended_ones_are_taken(world: World) -> None:
    world.lead.run_once()
    world.on_disk, world.edited, world.bad = SECOND, True, True
    world.lead.run_once()
    assert world.taken() == [FIRST.digest()]
    world.edited, world.bad = True, False
    world.lead.run_once()
    assert world.taken() == [FIRST.digest(), SECOND.digest()]


@pytest.mark.parametrize(("ahead", "told"), [(6, "ahead of Kafka's"), (-6, "the log's time is"), (4, ""), (-4, "")])
def test_a_clock_that_does_not_go_with_the_logs_time_is_told(world: World, ahead: int, told: str) -> None:
    world.now = NOON + timedelta(minutes=ahead)
    world.lead.run_once()
    assert told in world.lead.clock_trouble()
    assert bool(world.lead.clock_trouble()) is bool(told)
    assert world.ticks() == (0 if told else 1)
