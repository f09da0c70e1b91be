import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from unit.marsad.cli_runs import Done, run

from marsad.article import Article, Source
from marsad.codec import encode
from marsad.kafka.producer import Message
from marsad.kafka.reader import RawMessage
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics
from marsad.parked import ParkedThing
from marsad.scaled.commands import Commands
from marsad.sqlite import Database
from stream.embedded import waiting_articles
from stream.log_table import LogTable
from stream.parking import Parking

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FORGET = Parking.drop
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


@pytest.mark.parametrize("command", ["replay", "drop"])
@pytest.mark.parametrize("words", [(), ("1", "--all")])
def test_it_wants_ids_or_all(watch: Path, command: str, words: tuple[str, ...]) -> None:
    done = run("parked", command, *words, "--dir", str(watch))
    assert done.code == 2
    assert f"name the ids to {command}, or --all" in done.err


def spoil(watch: Path, parked_id: int) -> None:
    """What is parked can never be replayed."""
    database = Database.open(watch / "data" / "watch.db")
    with database.transaction():
        database.execute("UPDATE parked SET body = 'no article' WHERE id = ?", (parked_id,))
    database.close()


def test_what_can_never_be_replayed_is_dropped_without_a_question_and_is_told_and_logged(
    watch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "amina")
    spoil(watch, 1)
    done = run("parked", "drop", "1", "--dir", str(watch))
    assert (done.code, done.out) == (0, "1: dropped (read: a1: KeyError: [31m'x')\n")
    (line,) = done.err.splitlines()
    assert "WARNING marsad.parked: amina dropped what was parked: 1 (step read, a1, 2026-11-24T12:00" in line
    assert line.endswith("): KeyError: [31m'x'")
    assert [found["id"] for found in parked(watch, "--all")] == [2]
    again = run("parked", "drop", "1", "--yes", "--dir", str(watch))
    assert (again.code, again.out) == (1, "")
    assert "not parked: 1: `marsad parked list` shows what is" in again.err


@pytest.mark.parametrize(
    ("words", "asked", "wanted"),
    [
        (("1", "2"), "This drops for ever 1 thing that could still be replayed: 2. Type `yes` to go on: ", "yes"),
        (
            ("--all",),
            (
                "This drops 2 things for ever, among them 1 thing that could still be replayed: 2. "
                "Type `drop 2` to go on: "
            ),
            "drop 2",
        ),
    ],
)
def test_what_could_be_replayed_is_dropped_only_when_that_is_meant(
    watch: Path, words: tuple[str, ...], asked: str, wanted: str
) -> None:
    spoil(watch, 1)
    for answer in (b"", b"n\n", b"y\n"):
        refused = run("parked", "drop", *words, "--dir", str(watch), stdin=answer)
        assert (refused.code, refused.out) == (1, "")
        assert refused.err == f"{asked}marsad: nothing was dropped: type that, or add --yes\n"
    assert len(parked(watch)) == 2
    done = run("parked", "drop", *words, "--dir", str(watch), stdin=f"{wanted}\n".encode())
    assert (done.code, len(done.out.splitlines())) == (0, 2)
    assert parked(watch, "--all") == []


def test_all_is_asked_for_though_nothing_could_be_replayed(watch: Path) -> None:
    spoil(watch, 1)
    assert run("parked", "replay", "2", "--dir", str(watch)).code == 0
    refused = run("parked", "drop", "--all", "--dir", str(watch))
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("This drops 1 thing for ever. Type `drop 1` to go on: ")
    assert len(parked(watch)) == 1


def test_who_says_yes_is_not_asked_and_where_nothing_waits_nothing_is_done(watch: Path) -> None:
    for count in (2, 0):
        done = run("parked", "drop", "--all", "--yes", "--dir", str(watch))
        assert (done.code, len(done.out.splitlines()), len(done.err.splitlines())) == (0, count, count)
    assert run("parked", "drop", "--all", "--dir", str(watch)) == Done(0, "", "")


def test_one_that_somebody_else_took_meanwhile_holds_up_no_other(watch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Parking, "drop", lambda self, one: one == 2 and bool(FORGET(self, one)))
    done = run("parked", "drop", "--all", "--yes", "--dir", str(watch))
    assert (done.code, done.out) == (1, "2: dropped (fold: 7: ValueError: no)\n")
    assert "marsad: 1: not parked any more: somebody else replayed or dropped it" in done.err


class Topic:
    """Stands for the topic `parked` of a watch on Kafka."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send_all(self, messages: Sequence[Message], within: float) -> None:
        assert within > 0
        self.sent += messages


@pytest.fixture
def topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A watch on Kafka with a thing parked that can be replayed, and garbage."""
    (tmp_path / "marsad.yaml").write_text("kafka: {bootstrap: 127.0.0.1:9}\n", encoding="utf-8")
    topic = Topic()
    good = encode(ParkedThing(step="read", subject="a1", at=NOON, error="no", body=BODY))
    told = [
        RawMessage(offset=1, at=NOON, key=b"read:a1", value=good),
        RawMessage(offset=2, at=NOON, key=b"read:?", value=b"9.0 {}"),
    ]

    @contextmanager
    def of(_folder: Path) -> Iterator[Commands]:
        yield Commands(KafkaAccess(("127.0.0.1:9",)), Topics("m."), topic)  # type: ignore[arg-type]  # never connects

    monkeypatch.setattr(Commands, "of", of)
    monkeypatch.setattr(Commands, "_messages", lambda _self, _topic, _partition: iter(told))
    return topic


def test_on_kafka_a_tombstone_drops_what_is_parked(topic: Topic, tmp_path: Path) -> None:
    assert [(line["id"], line["step"]) for line in parked(tmp_path)] == [("read:?", "unknown"), ("read:a1", "read")]
    done = run("parked", "drop", "read:?", "--dir", str(tmp_path))
    assert (done.code, done.out[:26]) == (0, "read:?: dropped (unknown: ")
    assert "dropped what was parked: read:? (step unknown, read:?, 2026-" in done.err
    refused = run("parked", "drop", "read:a1", "--dir", str(tmp_path))
    assert (refused.code, refused.out) == (1, "")
    assert run("parked", "drop", "--all", "--dir", str(tmp_path), stdin=b"drop 2\n").code == 0
    assert [(one.topic, one.key, one.value) for one in topic.sent] == [
        ("m.parked", b"read:?", None),
        ("m.parked", b"read:?", None),
        ("m.parked", b"read:a1", None),
    ]


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
