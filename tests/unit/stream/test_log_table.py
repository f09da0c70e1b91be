from datetime import UTC, datetime, timedelta

import pytest

from marsad.codec import decode_record
from marsad.errors import StoreError
from marsad.log import Tick
from marsad.sqlite import Database
from stream.log_table import LogTable

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_entries_come_back_in_order_from_behind_an_offset() -> None:
    log = LogTable(Database.open(":memory:"))
    log.append([Tick(minute=NOON), Tick(minute=NOON + timedelta(minutes=1))], NOON)
    log.append([Tick(minute=NOON + timedelta(minutes=2))], NOON + timedelta(minutes=2))
    entries = log.after(1, 10)
    assert [entry.offset for entry in entries] == [2, 3]
    assert decode_record(entries[1].body) == Tick(minute=NOON + timedelta(minutes=2))
    assert log.last_offset() == 3
    assert [entry.offset for entry in log.after(0, 1)] == [1]


def test_the_time_of_the_log_never_decreases() -> None:
    log = LogTable(Database.open(":memory:"))
    log.append([Tick(minute=NOON)], NOON)
    log.append([Tick(minute=NOON)], NOON - timedelta(days=1))
    log.append([Tick(minute=NOON)], NOON + timedelta(microseconds=5))
    assert [entry.at for entry in log.after(0, 10)] == [NOON, NOON, NOON + timedelta(microseconds=5)]


def test_an_empty_log_ends_at_zero() -> None:
    log = LogTable(Database.open(":memory:"))
    assert log.last_offset() == 0
    assert log.after(0, 10) == []


def test_a_time_that_something_else_wrote_is_told() -> None:
    store = Database.open(":memory:")
    store.execute("INSERT INTO log (at, body) VALUES ('yesterday', x'00')")
    log = LogTable(store)
    for read in (log.last_at, lambda: log.after(0, 10)):
        with pytest.raises(StoreError, match=r"log\.at holds 'yesterday', which is no time"):
            read()
