from datetime import UTC, datetime, timedelta

from ingest.due import DueTimes
from ingest.feed_state import FeedState

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)
URLS = {"a": "http://x.example/a", "b": "http://x.example/b", "c": "http://y.example/c"}


def test_a_host_that_asks_for_quiet_gets_it_from_all_its_feeds() -> None:
    due = DueTimes(URLS)
    due.pause("a", NOW + timedelta(hours=1))
    due.pause("b", NOW)
    assert due.of(FeedState(feed="b", next_at=NOW), NOW) == NOW + timedelta(hours=1)
    assert due.of(FeedState(feed="c", next_at=NOW), NOW) == NOW


def test_a_new_feed_is_due_and_a_retired_one_never() -> None:
    due = DueTimes(URLS)
    new = due.of(FeedState(feed="a"), NOW)
    assert new is not None
    assert new < NOW
    assert due.of(FeedState(feed="a", retired=True), NOW) is None


def test_a_clock_that_was_set_back_leaves_no_feed_waiting_for_the_former_time() -> None:
    due = DueTimes(URLS)
    ahead = FeedState(feed="a", last_poll_at=NOW + timedelta(days=400), next_at=NOW + timedelta(days=401))
    held = due.of(ahead, NOW)
    assert held is not None
    assert held <= NOW
    assert due.of(ahead, NOW + timedelta(days=400)) == NOW + timedelta(days=401)
    slightly = FeedState(feed="a", last_poll_at=NOW + timedelta(seconds=5), next_at=NOW + timedelta(minutes=5))
    assert due.of(slightly, NOW) == NOW + timedelta(minutes=5)
