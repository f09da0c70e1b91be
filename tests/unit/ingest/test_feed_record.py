from datetime import UTC, datetime

from ingest.decide import Outcome
from ingest.feed_record import (
    OTHERS_KEPT,
    FeedEntries,
    SeenEntry,
    apart,
    entries_key,
    is_of_entries,
    joined,
    state_key,
)
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import KnownEntry
from marsad.codec import decode, encode

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)
WINDOW = (EntryKeys("g", "l", "c"),)


def entries(*ids: str) -> FeedEntries:
    return FeedEntries(feed="a", entries=tuple(SeenEntry(id_, 1, "d") for id_ in ids))


def poll(*new: str, window: tuple[EntryKeys, ...] = ()) -> Outcome:
    known = {id_: KnownEntry(revision=1, digest="d") for id_ in new}
    return Outcome(FeedState(feed="a", window=window), "articles", entries=known)


def ids(record: FeedEntries) -> list[str]:
    return [entry.id for entry in record.entries]


def test_a_poll_without_news_changes_nothing() -> None:
    before = entries("x")
    assert before.after(poll(), {"x"}) is before


def test_a_window_that_moved_is_a_change() -> None:
    after = entries("x").after(poll(window=WINDOW), {"x"})
    assert (after.window, ids(after)) == (WINDOW, ["x"])


def test_new_and_changed_entries_are_remembered_once() -> None:
    outcome = Outcome(FeedState(feed="a"), "articles", entries={"x": KnownEntry(revision=2, digest="e")})
    after = entries("x", "y").after(outcome, {"x", "y"})
    assert set(after.entries) == {SeenEntry("x", 2, "e"), SeenEntry("y", 1, "d")}


def test_what_is_in_the_feed_is_never_forgotten_and_of_the_rest_the_most_recently_seen_are_kept() -> None:
    old = [f"old{n:04}" for n in range(2_000)]
    after = entries(*old).after(poll("new"), old[:1_000])
    assert ids(after) == [*old[2_000 - OTHERS_KEPT :], *old[:1_000], "new"]


def test_an_entry_seen_again_is_the_last_to_be_forgotten() -> None:
    before = entries("x", "y", "z").after(poll("new"), {"x"})
    assert ids(before) == ["y", "z", "x", "new"]


def test_known_are_those_asked_for() -> None:
    assert entries("x", "y").known(["y", "z"]) == {"y": KnownEntry(revision=1, digest="d")}


def test_halved_ends_with_nothing() -> None:
    record = FeedEntries(feed="a", window=WINDOW * 3, entries=entries("x", "y", "z").entries)
    assert ids(record.halved()) == ["z"]
    assert record.halved().halved().halved() == FeedEntries(feed="a")


def test_state_and_entries_come_together_again() -> None:
    state = FeedState(feed="a", etag="e", window=WINDOW, first_poll_done=True)
    record = decode(FeedEntries, encode(entries("x").after(poll(window=WINDOW), {"x"})))
    assert joined(decode(FeedState, encode(apart(state))), record) == state


def test_entries_without_their_state_are_no_feed_that_was_never_polled() -> None:
    assert not joined(None, entries("x")).first_poll_done
    assert joined(None, FeedEntries(feed="a", window=WINDOW)).first_poll_done


def test_the_two_keys_are_told_apart() -> None:
    assert is_of_entries(entries_key("a"))
    assert not is_of_entries(state_key("entries"))
