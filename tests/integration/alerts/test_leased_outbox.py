"""Of several watches only the one with the lease sends, and it says so in the log before it does."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from integration.alerts.test_outbox import notification, put, row
from unit.alerts.told import NOON

from alerts.leased_outbox import LeasedOutbox
from alerts.outcome import Failed, Sent
from marsad.log import Delivery, DeliveryStarted, Outcome, Record
from marsad.sqlite import Database


@dataclass
class Lease:
    """Set by hand. ``ends_at``: the announcement at which it ends."""

    held: bool = True
    durable: bool = True
    down: bool = False
    ends_at: int | None = None
    announced: list[DeliveryStarted | Delivery] = field(default_factory=list)
    appended: list[Record] = field(default_factory=list)

    def announce(self, record: DeliveryStarted | Delivery) -> bool:
        self.announced.append(record)
        self.held = self.held and len(self.announced) != self.ends_at
        return self.durable


@pytest.fixture
def lease() -> Lease:
    return Lease()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    found = Database.open(tmp_path / "watch.db")
    put(found, notification())
    return found


@pytest.fixture
def outbox(database: Database, lease: Lease) -> LeasedOutbox:
    return LeasedOutbox(
        database,
        lambda record, _now: lease.appended.append(record),
        may_send=lambda: lease.held,
        owner="me",
        announce=lease.announce,
        may_announce=lambda: not lease.down,
    )


def test_nothing_is_due_while_the_log_takes_no_announcement(outbox: LeasedOutbox, lease: Lease) -> None:
    """Else whoever sends would try again and again, and count an attempt each time."""
    lease.down = True
    assert outbox.due(NOON, ()) == []
    assert outbox.next_at(()) is None
    lease.down = False
    assert len(outbox.due(NOON, ())) == 1


def test_without_the_lease_nothing_is_due(outbox: LeasedOutbox, lease: Lease) -> None:
    lease.held = False
    assert outbox.due(NOON, ()) == []
    assert outbox.next_at(()) is None
    assert not outbox.start("n-1")
    assert lease.announced == []


def test_what_is_sent_is_announced_first_with_its_attempt(
    outbox: LeasedOutbox, lease: Lease, database: Database
) -> None:
    (waiting,) = outbox.due(NOON, ())
    assert outbox.start("n-1")
    outbox.finish(waiting, Failed("busy"), NOON)
    assert outbox.start("n-1")
    assert lease.announced == [
        DeliveryStarted(notification="n-1", attempt=1, owner="me"),
        DeliveryStarted(notification="n-1", attempt=2, owner="me"),
    ]
    assert row(database)[0] == "sending"


def test_what_could_not_be_announced_is_not_sent_and_stays_due(
    outbox: LeasedOutbox, lease: Lease, database: Database
) -> None:
    lease.durable = False
    assert not outbox.start("n-1")
    assert row(database) == ("due", 1, 0, "")
    lease.durable = True
    assert outbox.start("n-1")


def test_a_lease_that_ends_during_the_announcement_is_none(
    outbox: LeasedOutbox, lease: Lease, database: Database
) -> None:
    lease.ends_at = 1
    assert not outbox.start("n-1")
    assert row(database)[0] == "due"


def test_what_another_owner_may_have_sent_goes_out_once_more_marked(
    outbox: LeasedOutbox, lease: Lease, database: Database
) -> None:
    database.execute("UPDATE notification SET state = 'sending', attempts = 1")  # as the log told of another owner
    lease.held = False
    assert outbox.due(NOON, ()) == []
    lease.held = True
    (waiting,) = outbox.due(NOON + timedelta(seconds=1), ())
    assert (waiting.repeat, waiting.attempts) == (True, 1)
    assert outbox.start("n-1")
    assert outbox.due(NOON + timedelta(seconds=2), {"desk"}) == []  # its own: it is being sent now
    assert row(database)[0] == "sending"


def test_the_next_target_is_not_sent_to_without_the_lease(outbox: LeasedOutbox, lease: Lease) -> None:
    assert outbox.may_go_on()
    lease.held = False
    assert not outbox.may_go_on()


def test_the_end_of_a_delivery_is_in_the_log_before_the_next_one_begins(outbox: LeasedOutbox, lease: Lease) -> None:
    (waiting,) = outbox.due(NOON, ())
    outbox.start("n-1")
    assert outbox.finish(waiting, Sent(), NOON) is Outcome.SENT
    assert isinstance(lease.announced[-1], Delivery)
    assert lease.appended == []


def test_an_end_that_could_not_be_told_is_told_later(outbox: LeasedOutbox, lease: Lease, database: Database) -> None:
    (waiting,) = outbox.due(NOON, ())
    outbox.start("n-1")
    lease.durable = False
    assert outbox.finish(waiting, Sent(), NOON) is Outcome.SENT
    assert lease.appended == lease.announced[1:]
    assert row(database)[0] == "sent"
