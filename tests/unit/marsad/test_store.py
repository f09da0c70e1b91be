"""Effects and cursor in one transaction; a watch that is loaded again is the watch that was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from unit.strategies.story_readings import event, reading

from alerts import judge
from alerts.fold import AlertFold
from alerts.rules import RuleSet
from marsad.alert import AlertState
from marsad.codec import encode
from marsad.errors import StoreError
from marsad.log import (
    Acknowledge,
    AlertChanged,
    Delivery,
    DeliveryStarted,
    HoldSet,
    JudgeAgain,
    LeaseClaim,
    LeaseTaken,
    NotificationDue,
    Outcome,
    RawEntry,
    ReadingRecord,
    Record,
    RuleSetTaken,
    RulesInForce,
    StoryChanged,
    Tick,
    Ticked,
    Unfoldable,
)
from marsad.outgoing import Kind, Outgoing
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.embedded import replay_parked
from stream.log_table import LogTable
from stream.parking import Parking

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
RULES = RuleSet.model_validate(
    {
        "rules": [{"name": "attack", "when": {"fresh": True}, "sure": 0.8, "likely": 0.5, "hold": "10m"}],
        "receivers": [{"name": "desk", "console": True}],
        "default": ["desk"],
    }
)
TAKEN = RuleSetTaken(digest=RULES.digest(), body=RULES.to_json())
ATTACK = ReadingRecord(reading=reading("one", event(score=0.9)))
DOUBTFUL = ReadingRecord(reading=reading("two", event(score=0.6, town="Gao"), text="another"))


def raw(*records: Record | bytes, start: int = 1) -> list[RawEntry]:
    return [
        RawEntry(
            offset=offset,
            at=NOON + timedelta(seconds=offset),
            body=record if isinstance(record, bytes) else encode(record),
        )
        for offset, record in enumerate(records, start)
    ]


@pytest.fixture
def store() -> WatchStore:
    return WatchStore(Database.open(":memory:"))


def new_watch(store: WatchStore) -> Watch:
    watch = Watch(store.queries, str.casefold)
    store.load(watch)
    return watch


def kinds(effects: Sequence[object]) -> set[type]:
    return {type(effect) for effect in effects}


def test_each_record_has_its_effects_and_the_cursor_follows(store: WatchStore) -> None:
    watch = new_watch(store)
    rules, attack, doubtful, tick = store.fold(watch, raw(TAKEN, ATTACK, DOUBTFUL, Tick(minute=NOON)))
    assert kinds(rules) == {RulesInForce}
    assert {StoryChanged, AlertChanged, NotificationDue} <= kinds(attack)
    assert {StoryChanged, HoldSet} <= kinds(doubtful)
    assert Ticked in kinds(tick)
    assert store.cursor() == 4
    assert watch.rule_set == RULES
    assert len(store.queries.alerts(limit=9)) == 1
    assert [hold.story for hold in store.queries.holds()] == ["s-two"]


def test_a_minute_that_is_ticked_twice_changes_nothing(store: WatchStore) -> None:
    watch = new_watch(store)
    first, second, earlier = store.fold(
        watch, raw(Tick(minute=NOON), Tick(minute=NOON), Tick(minute=NOON - timedelta(minutes=1)))
    )
    assert (kinds(first), second, earlier) == ({Ticked}, (), ())


def test_a_redelivered_record_changes_nothing(store: WatchStore) -> None:
    watch = new_watch(store)
    _rules, _first, again = store.fold(watch, raw(TAKEN, ATTACK, ATTACK))
    assert again == ()


def test_commands_and_deliveries_reach_the_alert(store: WatchStore) -> None:
    watch = new_watch(store)
    store.fold(watch, raw(TAKEN, ATTACK))
    (alert,) = store.queries.alerts(limit=9)
    (due,) = store.queries.bodies("SELECT id FROM notification", ())
    delivery = Delivery(notification=str(due), alert=alert.id, receiver="desk", outcome=Outcome.SENT, attempts=1)
    store.fold(watch, raw(Acknowledge(alert=alert.id, by="amina", note="mine"), delivery, start=3))
    found = store.queries.alert(alert.id)
    assert found is not None
    assert (found.state, found.acknowledged_by, found.note) == (AlertState.ACKNOWLEDGED, "amina", "mine")
    assert {"send", "acknowledged", "delivered"} <= {entry.decision for entry in store.queries.ledger(alert.story)}


def test_a_restart_between_any_two_records_changes_no_effect() -> None:
    records = raw(TAKEN, ATTACK, DOUBTFUL, Tick(minute=NOON), Tick(minute=NOON + timedelta(minutes=12)), ATTACK)
    through, restarted = WatchStore(Database.open(":memory:")), WatchStore(Database.open(":memory:"))
    whole = through.fold(new_watch(through), records)
    pieces = [restarted.fold(new_watch(restarted), [record])[0] for record in records]
    assert pieces == whole


def test_a_record_that_is_none_is_parked_with_its_bytes_and_the_next_is_folded(store: WatchStore) -> None:
    watch = new_watch(store)
    bad, good = store.fold(watch, raw(b"9.0 {}", TAKEN))
    assert kinds(bad) == {Unfoldable}
    assert kinds(good) == {RulesInForce}
    (parked,) = Parking(store._database).list()
    assert (parked.step, parked.subject) == ("fold", "1")
    assert Parking(store._database).take_back(parked.id, NOON) == b"9.0 {}"


def test_a_defect_of_the_fold_parks_its_record_and_the_watch_goes_on(store: WatchStore, monkeypatch) -> None:
    watch = new_watch(store)
    with monkeypatch.context() as patch:
        patch.setattr(Watch, "_tick", lambda *_arguments: 1 / 0)
        ((effect,),) = store.fold(watch, raw(Tick(minute=NOON)))
    assert effect == Unfoldable(offset=1, error="ZeroDivisionError: division by zero")
    assert kinds(store.fold(watch, raw(TAKEN, start=2))[0]) == {RulesInForce}


def test_an_alert_that_a_defect_kept_back_comes_when_what_is_parked_is_replayed(monkeypatch) -> None:
    database = Database.open(":memory:")
    store, log = WatchStore(database), LogTable(database)
    watch = new_watch(store)
    log.append([TAKEN, ATTACK], NOON)
    with monkeypatch.context() as patch:
        patch.setattr(judge, "tell", lambda *_arguments: 1 / 0)
        store.fold(watch, log.after(0, 9))
    assert [story.id for story in store.queries.open_stories()] == ["s-one"], "the story is folded all the same"
    assert store.queries.alerts(limit=9) == []
    (parked,) = Parking(database).list()
    assert (parked.step, parked.subject, parked.error) == (
        "judge",
        "s-one attack",
        "ZeroDivisionError: division by zero",
    )
    replay_parked(database, parked, NOON + timedelta(minutes=1))
    store.fold(watch, log.after(store.cursor(), 9))
    (alert,) = store.queries.alerts(limit=9)
    assert (alert.story, alert.created_at) == ("s-one", NOON + timedelta(minutes=1))
    assert [entry.decision for entry in store.queries.ledger("s-one")] == ["suppressed", "send"]
    assert [Parking(database).list(), store.queries.holds()] == [[], []]


def test_a_defect_that_stops_all_of_a_storys_rules_can_be_replayed_too(monkeypatch) -> None:
    database = Database.open(":memory:")
    store, log = WatchStore(database), LogTable(database)
    watch = new_watch(store)
    log.append([TAKEN, ATTACK], NOON)
    with monkeypatch.context() as patch:
        patch.setattr(AlertFold, "story_changed", lambda *_arguments: 1 / 0)
        store.fold(watch, log.after(0, 9))
    (parked,) = Parking(database).list()
    assert (parked.step, parked.subject) == ("judge", "s-one")
    replay_parked(database, parked, NOON)
    store.fold(watch, log.after(store.cursor(), 9))
    assert [alert.story for alert in store.queries.alerts(limit=9)] == ["s-one"]


def test_a_story_that_nobody_knows_cannot_be_judged_again(store: WatchStore) -> None:
    ((effect,),) = store.fold(new_watch(store), raw(JudgeAgain(story="s-none")))
    assert effect == Unfoldable(offset=1, error="ValueError: there is no story s-none to judge")


@pytest.mark.parametrize("error", [StoreError("full"), OSError("gone"), MemoryError()])
def test_the_machines_fault_is_not_the_records(store: WatchStore, monkeypatch, error: Exception) -> None:
    def fails(*_arguments: object) -> None:
        raise error

    watch = new_watch(store)
    monkeypatch.setattr(Watch, "_tick", fails)
    with pytest.raises(type(error)):
        store.fold(watch, raw(Tick(minute=NOON)))
    assert Parking(store._database).list() == []
    assert store.cursor() == 0


def test_a_batch_that_fails_leaves_nothing_of_itself(store: WatchStore, monkeypatch) -> None:
    def full(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(WatchStore, "_put", full)
    with pytest.raises(StoreError):
        store.fold(new_watch(store), raw(ATTACK))
    assert store.queries.stories(limit=9) == []


def test_an_empty_batch_moves_no_cursor(store: WatchStore) -> None:
    assert store.fold(new_watch(store), []) == []
    assert store.cursor() == 0


def test_queries_answer_for_what_is_stored(store: WatchStore) -> None:
    assert store.queries.is_quiet()
    store.fold(new_watch(store), raw(TAKEN, ATTACK, DOUBTFUL))
    queries = store.queries
    assert not queries.is_quiet()
    assert {story.id for story in queries.open_stories()} == {"s-one", "s-two"}
    assert [member.article_id for member in queries.members("s-one")] == ["one"]
    assert queries.members("s-nosuch") == ()
    found = queries.member("two")
    assert found is not None
    assert (found[0], found[1].article_id) == ("s-two", "two")
    assert (queries.member("x"), queries.story("x"), queries.alert("x"), queries.notification("x")) == (None,) * 4
    assert queries.alerts(limit=9, states=[AlertState.CANCELLED]) == []
    assert len(queries.alerts(limit=9, states=[AlertState.NEW, AlertState.CANCELLED])) == 1
    assert len(queries.stories(limit=1)) == 1


def due_notification(store: WatchStore, watch: Watch) -> str:
    """The id of the first notification that the attack makes due."""
    effects = [effect for entry in store.fold(watch, raw(TAKEN, ATTACK)) for effect in entry]
    return next(effect.notification.id for effect in effects if isinstance(effect, NotificationDue))


def state_of(database: Database, notification: str) -> tuple[str, int]:
    row = database.one("SELECT state, attempts FROM notification WHERE id = ?", (notification,))
    assert row is not None
    return row[0], row[1]


def test_a_watch_that_did_not_send_learns_from_the_log_what_was_sent() -> None:
    database = Database.open(":memory:")
    store = WatchStore(database)
    watch = new_watch(store)
    due = due_notification(store, watch)
    store.fold(watch, raw(DeliveryStarted(notification=due, attempt=1, owner="another"), start=3))
    assert state_of(database, due) == ("sending", 1)
    ended = Delivery(notification=due, alert="a", receiver="desk", outcome=Outcome.SENT, attempts=1)
    store.fold(watch, raw(ended, start=4))
    assert state_of(database, due) == ("sent", 1)


def test_the_one_who_sends_is_not_set_back_by_its_own_records() -> None:
    database = Database.open(":memory:")
    store = WatchStore(database, owner="me")
    watch = new_watch(store)
    due = due_notification(store, watch)
    database.execute("UPDATE notification SET attempts = 3")  # it failed thrice, and waits for its next attempt
    store.fold(watch, raw(DeliveryStarted(notification=due, attempt=3, owner="me"), start=3))
    assert state_of(database, due) == ("due", 3)
    store.fold(watch, raw(DeliveryStarted(notification=due, attempt=1, owner="another"), start=4))
    assert state_of(database, due) == ("sending", 3)
    database.execute("UPDATE notification SET state = 'failed'")
    ended = Delivery(notification=due, alert="a", receiver="desk", outcome=Outcome.SENT, attempts=1)
    store.fold(watch, raw(ended, start=5))
    assert state_of(database, due) == ("failed", 3)


def test_the_lease_outlives_a_restart(store: WatchStore) -> None:
    watch = new_watch(store)
    store.fold(watch, raw(LeaseClaim(owner="a", number=1, seconds=15.0)))
    again = new_watch(store)
    refused = store.fold(again, raw(LeaseClaim(owner="b", number=1, seconds=15.0), start=2))
    assert refused == [()]
    (taken,) = store.fold(again, raw(LeaseClaim(owner="a", number=2, seconds=15.0), start=3))
    assert kinds(taken) == {LeaseTaken}


def test_the_logs_time_at_the_cursor_is_kept(store: WatchStore) -> None:
    assert store.cursor_at() is None
    store.fold(new_watch(store), raw(TAKEN, ATTACK))
    assert store.cursor_at() == NOON + timedelta(seconds=2)


def test_effects_are_noted_for_others_in_the_transaction_of_the_fold() -> None:
    database = Database.open(":memory:")
    outgoing = Outgoing(database)
    store = WatchStore(database, outgoing)
    store.fold(new_watch(store), raw(TAKEN, ATTACK))
    assert {one.kind for one in outgoing.waiting(100, changes=True)} == {Kind.STORY, Kind.ALERT, Kind.LEDGER}
