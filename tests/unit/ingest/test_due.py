from datetime import UTC, datetime, timedelta

from ingest.due import DueTimes
from ingest.feed_state import FeedState

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)
URLS = {"a": "http://x.example/a", "b": "http://x.example/b", "c": "http://y.example/c"}


def test_a_host_that_asks_for_quiet_gets_it_from_all_its_feeds() -> None:
    due = DueTimes(URLS)
    due.pause("a", NOW + timedelta(hours=1))
    due.pause("b", NOW)
    assert due.of(FeedState(feed="b", next_at=NOW)) == NOW + timedelta(hours=1)
    assert due.of(FeedState(feed="c", next_at=NOW)) == NOW


def test_a_new_feed_is_due_and_a_retired_one_never() -> None:
    due = DueTimes(URLS)
    new = due.of(FeedState(feed="a"))
    assert new is not None
    assert new < NOW
    assert due.of(FeedState(feed="a", retired=True)) is None
