import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

from marsad.article import Article, Source
from marsad.codec import encode
from marsad.sqlite import Database
from stream.embedded import waiting_articles
from stream.log_table import LogTable
from stream.parking import Parking

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODY = encode(Article(id="a1", source=Source(feed="f"), title="x", observed_at=NOON))


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch with an article and a record parked."""
    (tmp_path / "marsad.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    database = Database.open(tmp_path / "data" / "watch.db")
    with database.transaction():
        database.execute(
            "INSERT INTO inbox (article_id, revision, feed, body, waiting) VALUES ('a1', 1, 'f', ?, 0)", (BODY,)
        )
        Parking(database).park("read", "a1", "KeyError: \x1b[31m'x'", BODY, NOON)
        Parking(database).park("fold", "7", "ValueError: no", b"1.0 {}", NOON)
    database.close()
    return tmp_path


def parked(watch: Path, *words: str) -> list[dict[str, object]]:
    done = run("parked", "list", "--json", "--dir", str(watch), *words)
    return [json.loads(line) for line in done.out.splitlines()]


def test_what_is_parked_is_listed_with_its_error(watch: Path) -> None:
    assert [(line["id"], line["step"], line["subject"]) for line in parked(watch)] == [
        (1, "read", "a1"),
        (2, "fold", "7"),
    ]
    shown = run("parked", "list", "--dir", str(watch)).out
    assert "KeyError: [31m'x'" in shown
    assert "\x1b" not in shown


def test_what_is_replayed_is_given_back_to_its_step(watch: Path) -> None:
    done = run("parked", "replay", "--all", "--dir", str(watch))
    assert (done.code, len(done.out.splitlines())) == (0, 2)
    assert parked(watch) == []
    assert len(parked(watch, "--all")) == 2
    database = Database.open(watch / "data" / "watch.db")
    assert waiting_articles(database) == 1
    assert LogTable(database).last_offset() == 1
    database.close()


def test_one_may_be_named(watch: Path) -> None:
    assert run("parked", "replay", "2", "--dir", str(watch)).code == 0
    assert [line["id"] for line in parked(watch)] == [1]
    again = run("parked", "replay", "1", "2", "--dir", str(watch))
    assert (again.code, again.out) == (1, "")
    assert "not parked: 2: `marsad parked list` shows what is" in again.err
    assert [line["id"] for line in parked(watch)] == [1], "none of them is replayed then"


def test_one_that_cannot_be_given_back_holds_up_no_other_and_is_told(watch: Path) -> None:
    database = Database.open(watch / "data" / "watch.db")
    with database.transaction():
        database.execute("UPDATE parked SET body = 'no article' WHERE id = 1")
    database.close()
    done = run("parked", "replay", "--all", "--dir", str(watch))
    assert (done.code, done.out) == (1, "2: appended to the log again\n")
    assert "1: it cannot be read this time either, and stays parked" in done.err
    assert [line["id"] for line in parked(watch)] == [1]


@pytest.mark.parametrize("words", [(), ("1", "--all")])
def test_it_wants_ids_or_all(watch: Path, words: tuple[str, ...]) -> None:
    done = run("parked", "replay", *words, "--dir", str(watch))
    assert done.code == 2
    assert "name the ids to replay, or --all" in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("alerts", "ack", "a-nosuch"), "there is no alert 'a-nosuch': `marsad alerts list` shows them"),
        (("stories", "show", "s-nosuch"), "there is no story or article 's-nosuch'"),
        (("rules", "why", "s-nosuch"), "there is no story or article 's-nosuch'"),
    ],
)
def test_what_the_watch_does_not_hold_is_a_failure(watch: Path, words: tuple[str, ...], message: str) -> None:
    done = run(*words, "--dir", str(watch))
    assert (done.code, done.out) == (1, "")
    assert message in done.err
    database = Database.open(watch / "data" / "watch.db")
    assert LogTable(database).last_offset() == 0
    database.close()


@pytest.mark.parametrize("words", [("alerts", "list"), ("stories", "list"), ("parked", "list")], ids=" ".join)
def test_a_file_that_is_no_database_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "marsad.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "watch.db").write_bytes(b"not a database at all, but long enough to be read as one" * 40)
    done = run(*words, "--dir", str(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "not a readable database" in done.err
