"""A store that a released version wrote is opened by this one, and goes on."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.feed_state import FeedState
from ingest.inbox import Inbox
from marsad.alert import LedgerEntry, Notification
from marsad.codec import decode, decode_article, decode_record
from marsad.log import RawEntry, Tick
from marsad.sqlite import SCHEMA, Database
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.log_table import LogTable
from stream.parking import Parking
from stream.reading.text import normalise

STORES = sorted((Path(__file__).parents[1] / "golden" / "stores").glob("watch-*.sql"))


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    path = tmp_path / "watch.db"
    connection = sqlite3.connect(path)
    connection.executescript(request.param.read_text("utf-8"))
    connection.close()
    return Database.open(path)


def test_every_table_holds_something(database: Database) -> None:
    tables = [line.split()[2] for line in SCHEMA.splitlines() if line.startswith("CREATE TABLE")]
    empty = [table for table in tables if not database.all(f"SELECT 1 FROM {table} LIMIT 1")]
    assert empty == []


def test_every_body_is_readable(database: Database) -> None:
    for kind, table in ((FeedState, "feed_state"), (Notification, "notification"), (LedgerEntry, "ledger")):
        for (body,) in database.all(f"SELECT body FROM {table}"):
            assert isinstance(decode(kind, body), kind)
    assert all(decode_article(body) for (body,) in database.all("SELECT body FROM inbox"))
    assert all(decode_record(entry.body) for entry in LogTable(database).after(0, 1_000))
    assert Parking(database).list()
    assert Inbox(database).states()


def test_the_watch_goes_on_from_it(database: Database) -> None:
    store = WatchStore(database)
    watch = Watch(store.queries, normalise)
    cursor = store.load(watch)
    assert cursor == LogTable(database).last_offset()
    assert watch.rule_set is not None
    before = store.queries.alerts(limit=-1)
    assert before
    log = LogTable(database)
    last = log.after(cursor - 1, 1)[0]
    log.append([Tick(minute=last.at + timedelta(days=20))], last.at + timedelta(days=20))
    (entry,) = log.after(cursor, 10)
    assert isinstance(entry, RawEntry)
    store.fold(watch, [entry])
    assert store.queries.open_stories() == []
    assert {alert.id for alert in store.queries.alerts(limit=-1)} == {alert.id for alert in before}
