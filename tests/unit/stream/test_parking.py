from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from marsad.article import Article, Source
from marsad.codec import encode
from marsad.errors import MarsadError, StaysParkedError
from marsad.sqlite import Database
from stream.embedded import could_be_replayed, drop_parked, replay_parked, waiting_articles
from stream.log_table import LogTable
from stream.parking import Parking

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ARTICLE = Article(id="a1", source=Source(feed="gazette"), title="x", observed_at=NOON)
BODY = encode(ARTICLE)


def database_with(step: str, body: bytes) -> Database:
    database = Database.open(":memory:")
    with database.transaction():
        database.execute(
            "INSERT INTO inbox (article_id, revision, feed, body, waiting) VALUES ('a1', 1, 'gazette', ?, 0)", (BODY,)
        )
        Parking(database).park(step, "a1", "ValueError: no", body, NOON)
    return database


def test_what_is_parked_is_listed_with_its_error_until_it_is_replayed() -> None:
    database = database_with("read", BODY)
    parking = Parking(database)
    (parked,) = parking.list()
    assert (parked.step, parked.subject, parked.error) == ("read", "a1", "ValueError: no")
    replay_parked(database, parked, NOON)
    assert parking.list() == []
    assert parking.count() == 0
    assert len(parking.list(waiting_only=False)) == 1


def test_an_article_parked_in_reading_waits_to_be_read_again() -> None:
    database = database_with("read", BODY)
    assert waiting_articles(database) == 0
    replay_parked(database, Parking(database).list()[0], NOON)
    assert waiting_articles(database) == 1
    assert LogTable(database).last_offset() == 0


@pytest.mark.parametrize("step", ["fold", "judge"])
def test_a_record_parked_behind_the_log_is_appended_to_it_again(step: str) -> None:
    database = database_with(step, b"1.0 {}")
    replay_parked(database, Parking(database).list()[0], NOON)
    assert [entry.body for entry in LogTable(database).after(0, 10)] == [b"1.0 {}"]
    assert waiting_articles(database) == 0


def test_an_article_that_the_inbox_has_no_more_is_not_said_to_be_given_back() -> None:
    database = database_with("read", encode(replace(ARTICLE, revision=2)))
    with pytest.raises(MarsadError, match="cannot be given back"):
        replay_parked(database, Parking(database).list()[0], NOON)
    assert Parking(database).count() == 1


def test_an_article_that_can_still_not_be_decoded_stays_parked() -> None:
    database = database_with("read", b"9.0 {}")
    with pytest.raises(MarsadError, match=r"this time either, and stays parked: .* schema version 9\.0"):
        replay_parked(database, Parking(database).list()[0], NOON)
    assert Parking(database).count() == 1


def test_what_was_replayed_meanwhile_is_not_replayed_twice() -> None:
    database = database_with("fold", b"1.0 {}")
    (parked,) = Parking(database).list()
    replay_parked(database, parked, NOON)
    with pytest.raises(MarsadError, match="somebody else replayed or dropped it"):
        replay_parked(database, parked, NOON)
    assert LogTable(database).last_offset() == 1


def test_what_is_dropped_is_forgotten_and_only_once() -> None:
    database = database_with("read", BODY)
    Parking(database).park("read", "a2", "KeyError: 'x'", BODY, NOON)
    first, second = Parking(database).list()
    drop_parked(database, first)
    assert Parking(database).list(waiting_only=False) == [second]
    for gone in (drop_parked, lambda database, parked: replay_parked(database, parked, NOON)):
        with pytest.raises(StaysParkedError, match="1: not parked any more: somebody else replayed or dropped it"):
            gone(database, first)
    assert waiting_articles(database) == 0


def test_what_was_replayed_meanwhile_is_not_dropped() -> None:
    database = database_with("fold", b"1.0 {}")
    (parked,) = Parking(database).list()
    replay_parked(database, parked, NOON)
    with pytest.raises(StaysParkedError, match="somebody else replayed or dropped it"):
        drop_parked(database, parked)
    assert len(Parking(database).list(waiting_only=False)) == 1


@pytest.mark.parametrize(
    ("step", "body", "could"),
    [
        ("read", BODY, True),
        ("read", b"no article", False),
        ("read", encode(replace(ARTICLE, revision=2)), False),
        ("fold", b"1.0 {}", True),
        ("judge", b"1.0 {}", True),
    ],
)
def test_it_is_known_what_could_be_replayed(step: str, body: bytes, could: bool) -> None:
    database = database_with(step, body)
    (parked,) = Parking(database).list()
    assert could_be_replayed(database, parked) is could
    assert Parking(database).list() == [parked]
    assert (waiting_articles(database), LogTable(database).last_offset()) == (0, 0)
    drop_parked(database, parked)
    assert not could_be_replayed(database, parked)


def test_an_article_is_given_back_by_its_key_and_not_by_looking_through_every_body() -> None:
    database = database_with("read", BODY)
    seen: list[str] = []
    database._connection.set_trace_callback(seen.append)
    replay_parked(database, Parking(database).list()[0], NOON)
    (given_back,) = [sql for sql in seen if sql.startswith("UPDATE inbox")]
    plan = database.all(f"EXPLAIN QUERY PLAN {given_back}")
    assert "USING INDEX sqlite_autoindex_inbox" in plan[0][-1], plan


def test_an_error_that_quotes_half_a_character_can_be_parked() -> None:
    database = database_with("read", BODY)
    Parking(database).park("read", "a2", "ValueError: '\ud800'", BODY, NOON)
    assert [parked.error for parked in Parking(database).list()] == ["ValueError: no", "ValueError: '\\ud800'"]
