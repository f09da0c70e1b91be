"""An edit that its story does not show must still leave memory as a restart would find it."""

from datetime import UTC, datetime, timedelta

import pytest
from unit.strategies.story_readings import event, reading

from marsad.codec import encode
from marsad.log import Effect, RawEntry, ReadingRecord
from marsad.reading import Reading
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def fold(readings: list[Reading], *, restart: bool) -> list[Effect]:
    """The effects of the last reading, with or without a restart before it."""
    store = WatchStore(Database.open(":memory:"))
    watch = Watch(store.queries, str.casefold)
    effects: list[Effect] = []
    for offset, one in enumerate(readings, start=1):
        if restart and offset == len(readings):
            watch = Watch(store.queries, str.casefold)
            store.load(watch)
        entry = RawEntry(offset=offset, at=NOON, body=encode(ReadingRecord(reading=one)))
        effects = list(store.fold(watch, [entry])[0])
    return effects


@pytest.mark.parametrize("days", range(1, 8))
def test_an_edited_date_of_publication_counts_at_once(days: int) -> None:
    moment, undated = NOON - timedelta(days=days), event(told=False)
    readings = [
        reading("a", undated, at=NOON, published=NOON),
        reading("a", undated, at=NOON, published=moment, revision=2),
        reading("b", undated, at=NOON, published=moment, family="other", text="other words for the same thing"),
    ]
    assert fold(readings, restart=False) == fold(readings, restart=True)
