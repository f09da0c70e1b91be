"""The same log gives the same effects, byte for byte: folded twice, in batches of 1 and 500, and across restarts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.articles import articles
from marsad.codec import encode
from marsad.config import shipped_rules
from marsad.log import Acknowledge, AlertChanged, Effect, RawEntry, ReadingRecord, Record, RuleSetTaken, Tick
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.log_table import LogTable
from stream.reading.reader import Reader
from stream.reading.text import normalise

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 600 readings, ticks, an acknowledgement, a redelivery and a record that is none."""
    path = tmp_path_factory.mktemp("log") / "log.db"
    reader, rule_set = Reader.packaged(), shipped_rules()
    readings = [reader.read(article) for article in articles(600, attacks=0.3)]
    records: list[Record] = [RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())]
    for number, reading in enumerate(readings):
        if number % 40 == 0:
            records.append(Tick(minute=START + timedelta(minutes=number // 40)))
        records.append(ReadingRecord(reading=reading))
    records += [ReadingRecord(reading=readings[5]), Acknowledge(alert="a-unknown", by="amina")]
    log = LogTable(Database.open(path))
    for number, record in enumerate(records):
        log.append([record], START + timedelta(seconds=number))
    log.append([Tick(minute=START + timedelta(days=15))], START + timedelta(days=15))
    return path


def entries(path: Path) -> list[RawEntry]:
    found = LogTable(Database.open(path)).after(0, 1_000_000)
    found.insert(50, RawEntry(offset=10_000, at=found[49].at, body=b"9.0 {}"))
    return found


def fold(raw: Sequence[RawEntry], batch: int, path: Path | str, *, restart: bool = False) -> bytes:
    database = Database.open(path)
    store = WatchStore(database)
    watch = Watch(store.queries, normalise)
    effects: list[Effect] = []
    for start in range(0, len(raw), batch):
        if restart:
            watch = Watch(store.queries, normalise)
            store.load(watch)
        for folded in store.fold(watch, raw[start : start + batch]):
            effects += folded
    assert any(isinstance(effect, AlertChanged) for effect in effects)
    return b"\n".join(map(encode, effects))


def test_the_same_log_gives_the_same_effects(log_file: Path) -> None:
    raw = entries(log_file)
    once = fold(raw, 500, ":memory:")
    assert fold(raw, 500, ":memory:") == once
    assert fold(raw, 1, ":memory:") == once


def test_a_restart_between_any_two_batches_changes_no_effect(log_file: Path, tmp_path: Path) -> None:
    raw = entries(log_file)
    assert fold(raw, 60, tmp_path / "watch.db", restart=True) == fold(raw, 60, ":memory:")


def test_what_is_stored_is_what_the_effects_say(log_file: Path) -> None:
    """Applying all effects to an empty state gives the state again: the next record folds alike."""
    raw = entries(log_file)
    whole, rebuilt = Database.open(":memory:"), Database.open(":memory:")
    store = WatchStore(whole)
    watch = Watch(store.queries, normalise)
    effects = [effect for folded in store.fold(watch, raw[:-100]) for effect in folded]
    copy_store = WatchStore(rebuilt)
    copy = Watch(copy_store.queries, normalise)
    copy.apply(effects)
    assert list(map(encode, _flat(copy_store, copy, raw[-100:]))) == list(map(encode, _flat(store, watch, raw[-100:])))


def _flat(store: WatchStore, watch: Watch, raw: Sequence[RawEntry]) -> list[Effect]:
    return [effect for folded in store.fold(watch, raw) for effect in folded]
