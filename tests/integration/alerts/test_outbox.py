"""The outbox on a real file: each step durable, a crash between any two of them."""

from datetime import timedelta

import pytest
from unit.alerts.told import MINUTE, NOON

from alerts.leased_outbox import LeasedOutbox
from alerts.outbox import Outbox
from alerts.outcome import GIVE_UP, Failed, Sent
from marsad.alert import Notification
from marsad.codec import decode_record, encode
from marsad.codes import MessageType, Severity
from marsad.log import Delivery, Outcome
from marsad.sqlite import Database
from stream.log_table import LogTable


def notification(name="n-1", receiver="desk") -> Notification:
    return Notification(
        id=name, alert="a-1", rule="attack", story="s-1", receiver=receiver, type=MessageType.ALERT,
        severity=Severity.HIGH, language="en", title="title", body="body", due_at=NOON,
    )  # fmt: skip


def put(database, *notifications, due_at=NOON):
    for one in notifications:
        at = due_at.isoformat()
        database.execute(
            "INSERT INTO notification (id, receiver, due_at, state, next_at, body) VALUES (?, ?, ?, 'due', ?, ?)",
            (one.id, one.receiver, at, at, encode(one)),
        )


def open_outbox(path, kind="alone") -> tuple[Database, Outbox]:
    database = Database.open(path)
    log = LogTable(database)

    def append(record, now):
        log.append_within([encode(record)], now)

    if kind == "alone":
        return database, Outbox(database, append)

    def announce(record):
        if isinstance(record, Delivery):
            log.append([record], NOON)
        return True

    return database, LeasedOutbox(database, append, may_send=lambda: True, owner="me", announce=announce)


@pytest.fixture(params=["alone", "with the lease"])
def store(request, tmp_path):
    database, outbox = open_outbox(tmp_path / "watch.db", request.param)
    yield database, outbox
    database.close()


def row(database, name="n-1"):
    return database.one("SELECT state, attempts, repeat, error FROM notification WHERE id = ?", (name,))


def logged(database) -> list[Delivery]:
    return [decode_record(entry.body) for entry in LogTable(database).after(0, 100)]


def test_from_due_to_sent(store):
    database, outbox = store
    put(database, notification())
    (waiting,) = outbox.due(NOON, ())
    assert outbox.start("n-1")
    assert row(database) == ("sending", 1, 0, "")
    assert outbox.finish(waiting, Sent(), NOON) is Outcome.SENT
    assert row(database) == ("sent", 1, 0, "")
    assert logged(database) == [
        Delivery(notification="n-1", alert="a-1", receiver="desk", outcome=Outcome.SENT, attempts=1)
    ]
    assert outbox.due(NOON + timedelta(days=9), ()) == []


def test_one_for_each_receiver_that_is_not_busy_the_oldest_first(store):
    database, outbox = store
    put(database, notification("n-2", "far"), notification("n-3", "busy"), notification("n-9", "desk"))
    put(database, notification("n-1", "desk"), due_at=NOON - MINUTE)
    assert [waiting.notification.id for waiting in outbox.due(NOON, {"busy"})] == ["n-1", "n-2"]


def test_a_first_attempt_is_due_at_once_although_the_logs_time_is_ahead(store):
    database, outbox = store
    put(database, notification("n-1", "desk"), due_at=NOON + timedelta(days=300))
    (waiting,) = outbox.due(NOON, ())
    assert outbox.next_at(()) < NOON
    assert outbox.start("n-1")
    assert outbox.finish(waiting, Failed("error=503"), NOON) is None
    assert outbox.due(NOON, ()) == [], "a second one has its pause"
    assert NOON < outbox.next_at(()) <= NOON + MINUTE
    assert outbox.next_at({"desk"}) is None


def test_only_one_process_starts_it(store):
    database, outbox = store
    put(database, notification())
    assert outbox.start("n-1")
    assert not outbox.start("n-1")


def test_a_failure_is_tried_again_later(store):
    database, outbox = store
    put(database, notification())
    (waiting,) = outbox.due(NOON, ())
    outbox.start("n-1")
    assert outbox.finish(waiting, Failed("error=503"), NOON) is None
    assert row(database) == ("due", 1, 0, "error=503")
    assert outbox.due(NOON + timedelta(seconds=4), ()) == []
    (again,) = outbox.due(NOON + timedelta(seconds=5), ())
    assert (again.attempts, again.repeat) == (1, False)
    assert logged(database) == []


def test_a_lost_answer_marks_the_next_attempt(store):
    database, outbox = store
    put(database, notification())
    (waiting,) = outbox.due(NOON, ())
    outbox.start("n-1")
    outbox.finish(waiting, Failed("no answer", unsure=True), NOON)
    (again,) = outbox.due(NOON + MINUTE, ())
    assert again.repeat


@pytest.mark.parametrize(
    ("failed", "now"),
    [(Failed("error=400", recoverable=False), NOON), (Failed("error=503"), NOON + GIVE_UP)],
    ids=["hopeless", "too long"],
)
def test_giving_up_is_told_to_the_log(store, failed, now):
    database, outbox = store
    put(database, notification())
    (waiting,) = outbox.due(now, ())
    outbox.start("n-1")
    assert outbox.finish(waiting, failed, now) is Outcome.FAILED
    assert row(database)[0] == "failed"
    (delivery,) = logged(database)
    assert (delivery.outcome, delivery.error) == (Outcome.FAILED, failed.error)


def test_a_crash_while_sending_repeats_once_and_marked(tmp_path):
    database, outbox = open_outbox(tmp_path / "watch.db")
    put(database, notification("n-1"), notification("n-2", "far"))
    outbox.start("n-1")
    database.close()

    database, outbox = open_outbox(tmp_path / "watch.db")
    assert outbox.recover(NOON) == 1
    assert outbox.recover(NOON) == 0
    waiting = {one.notification.id: one for one in outbox.due(NOON, ())}
    assert waiting["n-1"].repeat
    assert not waiting["n-2"].repeat
    outbox.start("n-1")
    outbox.finish(waiting["n-1"], Sent(), NOON)
    (delivery,) = logged(database)
    assert (delivery.attempts, delivery.repeat) == (2, True)
    database.close()


def test_a_crash_after_the_end_repeats_nothing(tmp_path):
    database, outbox = open_outbox(tmp_path / "watch.db")
    put(database, notification())
    (waiting,) = outbox.due(NOON, ())
    outbox.start("n-1")
    outbox.finish(waiting, Sent(), NOON)
    database.close()
    database, outbox = open_outbox(tmp_path / "watch.db")
    assert outbox.recover(NOON) == 0
    assert outbox.due(NOON, ()) == []
    database.close()


def test_a_target_that_has_it_is_remembered_over_a_crash(tmp_path):
    database, outbox = open_outbox(tmp_path / "watch.db")
    put(database, notification())
    outbox.start("n-1")
    outbox.took(notification(), "env:A")
    database.close()
    database, outbox = open_outbox(tmp_path / "watch.db")
    outbox.recover(NOON)
    (waiting,) = outbox.due(NOON, ())
    assert waiting.notification.taken_by == ("env:A",)
    database.close()


def test_when_the_log_cannot_take_the_end_it_has_not_ended(tmp_path):
    database = Database.open(tmp_path / "watch.db")

    def broken(_record, _now):
        raise OSError("the disk is gone")

    outbox = Outbox(database, broken)
    put(database, notification())
    (waiting,) = outbox.due(NOON, ())
    outbox.start("n-1")
    with pytest.raises(OSError, match="the disk is gone"):
        outbox.finish(waiting, Sent(), NOON)
    assert row(database)[0] == "sending"
    database.close()
