import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from unit.strategies.story_readings import event, reading

from alerts.rules import Rule, RuleSet
from marsad.codec import decode_record
from marsad.errors import ConfigError, ConfigProblem
from marsad.log import Effect, RawEntry, ReadingRecord, RuleSetTaken, StoryChanged, Tick
from marsad.sqlite import Database
from marsad.steps import BATCH, FoldStep, RulesStep, TickStep, next_limit, repeat, wait_for_any
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.log_table import LogTable

NOON = datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST = RuleSet(rules=(Rule.model_validate({"name": "first", "when": {"fresh": True}}),))
SECOND = RuleSet(rules=(Rule.model_validate({"name": "second", "when": {"fresh": True}}),))


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def records(log: LogTable) -> list[object]:
    return [decode_record(entry.body) for entry in log.after(0, 1_000)]


def fold_step(database: Database, seen: list[tuple[int, Sequence[Effect]]]) -> FoldStep:
    store = WatchStore(database)

    def observe(entry: RawEntry, effects: Sequence[Effect]) -> None:
        assert store.cursor() >= entry.offset, "it hears of what is durable only"
        seen.append((entry.offset, effects))

    return FoldStep(LogTable(database), store, Watch(store.queries, str.casefold), observe)


def test_the_fold_goes_on_where_it_was_after_a_restart() -> None:
    database = Database.open(":memory:")
    log = LogTable(database)
    log.append([ReadingRecord(reading=reading(f"a{number}", event())) for number in range(3)], NOON)
    seen: list[tuple[int, Sequence[Effect]]] = []
    step = fold_step(database, seen)
    step._limit = 2
    assert (step.run_once(), step.cursor) == (2, 2)
    again = fold_step(database, seen)
    assert again.cursor == 2
    assert (again.run_once(), again.run_once()) == (1, 0)
    assert [offset for offset, _effects in seen] == [1, 2, 3]
    last = [effect for effect in seen[-1][1] if isinstance(effect, StoryChanged)]
    assert last[-1].story.members == ("a0", "a1", "a2"), "the story of before the restart is known"


def test_a_minute_is_ticked_once_and_an_outage_needs_one_tick() -> None:
    clock, log = Clock(), LogTable(Database.open(":memory:"))
    step = TickStep(log, clock)
    assert (step.run_once(), step.run_once()) == (1, 0)
    clock.now += timedelta(seconds=40)
    assert step.run_once() == 1
    clock.now += 90 * MINUTE
    assert step.run_once() == 1
    minutes = [record.minute.strftime("%H:%M") for record in records(log)]
    assert minutes == ["12:00", "12:01", "13:31"]


def test_a_clock_that_was_set_back_is_told_with_the_next_minute_and_until_it_has_caught_up() -> None:
    clock, log = Clock(), LogTable(Database.open(":memory:"))
    step = TickStep(log, clock)
    step.run_once()
    assert step.standing_still == ""
    clock.now -= timedelta(hours=2)
    step.run_once()
    assert "2 h 0 min ahead of this machine's clock" in step.standing_still
    assert TickStep(log, clock).standing_still == step.standing_still, "and from the start on"
    clock.now += timedelta(hours=2)
    step.run_once()
    assert step.standing_still == ""


def test_rules_are_taken_when_they_are_others() -> None:
    log, files = LogTable(Database.open(":memory:")), [FIRST]
    step = RulesStep(log, lambda: files[-1], None, 0)
    assert step.take(NOON)
    assert not step.take(NOON)
    files.append(SECOND)
    assert step.take(NOON)
    digests = [record.digest for record in records(log)]
    assert digests == [FIRST.digest(), SECOND.digest()]
    assert RuleSet.from_json(records(log)[1].body) == SECOND


def test_rules_in_force_before_a_restart_are_not_taken_again() -> None:
    log = LogTable(Database.open(":memory:"))
    assert not RulesStep(log, lambda: FIRST, FIRST, 0).take(NOON)
    assert records(log) == []


def test_rules_taken_just_before_a_crash_do_not_outlive_the_files() -> None:
    log = LogTable(Database.open(":memory:"))
    RulesStep(log, lambda: FIRST, None, 0).take(NOON)
    RulesStep(log, lambda: SECOND, FIRST, 1).take(NOON)  # and the process ends before this is folded
    assert RulesStep(log, lambda: FIRST, FIRST, 1).take(NOON)
    assert [record.digest for record in records(log)] == [FIRST.digest(), SECOND.digest(), FIRST.digest()]


def test_bad_files_leave_the_last_good_rules_in_force() -> None:
    log, good = LogTable(Database.open(":memory:")), [True]

    def load() -> RuleSet:
        if good[-1]:
            return FIRST
        raise ConfigError([ConfigProblem("rules.yaml", 4, "rules[0]", "no")])

    step = RulesStep(log, load, None, 0)
    assert step.take(NOON)
    good.append(False)
    with pytest.raises(ConfigError, match=r"rules\.yaml:4"):
        step.take(NOON)
    good.append(True)
    assert not step.take(NOON), "the good set never left"
    assert [type(record) for record in records(log)] == [RuleSetTaken]


def test_a_step_is_repeated_until_it_is_told_to_stop() -> None:
    async def scenario() -> list[int]:
        stop, wake = asyncio.Event(), asyncio.Event()
        work, rounds = [3, 2, 0, 1, 0], []

        async def step() -> int:
            return work[len(rounds)]

        def done(count: int) -> None:
            rounds.append(count)
            wake.set()  # work came meanwhile: an idle step need not wait its moment
            if len(rounds) == len(work):
                stop.set()

        await asyncio.wait_for(repeat(step, stop=stop, wake=wake, done=done), 20)
        return rounds

    assert asyncio.run(scenario()) == [3, 2, 0, 1, 0]


def test_waiting_ends_with_the_first_event_or_the_time() -> None:
    async def scenario() -> None:
        first, second = asyncio.Event(), asyncio.Event()
        asyncio.get_running_loop().call_soon(second.set)
        await asyncio.wait_for(wait_for_any([first, second], timedelta(hours=1)), 20)
        await asyncio.wait_for(wait_for_any([first], timedelta(0)), 20)

    asyncio.run(scenario())


def test_a_tick_is_of_the_minute_that_has_begun() -> None:
    log = LogTable(Database.open(":memory:"))
    TickStep(log, Clock()).run_once()
    assert records(log) == [Tick(minute=NOON.replace(second=0))]


@pytest.mark.parametrize(
    ("limit", "seconds", "following"),
    [
        pytest.param(50, 0.1, 100, id="a quick batch is followed by a larger one"),
        pytest.param(400, 0.1, BATCH, id="up to the largest"),
        pytest.param(400, 3.0, 200, id="a slow one by a smaller one"),
        pytest.param(1, 3.0, 1, id="down to a single entry"),
    ],
)
def test_a_batch_keeps_other_writers_waiting_for_a_moment_only(limit: int, seconds: float, following: int) -> None:
    assert next_limit(limit, seconds) == following
