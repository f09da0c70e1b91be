"""What a poller relies on, of the inbox as a table and as Kafka topics alike."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.fixtures import Kafka
from servers.names import unique

from ingest.decide import Outcome
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import KnownEntry
from ingest.inbox import Inbox
from ingest.kafka_inbox import KafkaInbox
from ingest.poller import Keeps
from ingest.steady_sender import SteadySender
from marsad.article import Article, Source
from marsad.codec import decode_article
from marsad.kafka.admin import Admin
from marsad.kafka.producer import Producer
from marsad.kafka.reader import PartitionReader
from marsad.kafka.settings import KafkaAccess
from marsad.kafka.topics import Topics, wanted
from marsad.sqlite import Database

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)
FULL = FeedState(
    feed="a",
    url_hash="u",
    etag='"e"',
    last_modified="then",
    body_hash="b",
    next_at=NOW + timedelta(minutes=5),
    failures=2,
    polls=7,
    last_poll_at=NOW,
    last_ok_at=NOW - timedelta(hours=1),
    rate=1.5,
    window=(EntryKeys("g1", "l1", "c1"), EntryKeys("g2", "", "c2")),
    first_poll_done=True,
    ttl=60,
    skip_hours=(3, 4),
)


@dataclass(frozen=True)
class Port:
    """One place to store in. ``open`` is what a process that is started now has of it."""

    open: Callable[[], Keeps]
    sent: Callable[[], list[Article]]
    """What waits to be read, each revision of an article once."""


class WholeShare:
    partition = 0
    lost = False

    def holds(self) -> bool:
        return True


@pytest.fixture(params=["table", pytest.param("topics", marks=pytest.mark.slow)])
def port(request: pytest.FixtureRequest) -> Port:
    return request.getfixturevalue(request.param)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Port]:
    path = tmp_path / "watch.db"
    opened: list[Database] = []

    def database() -> Database:
        opened.append(Database.open(path))
        return opened[-1]

    def sent() -> list[Article]:
        return [decode_article(body) for (body,) in database().all("SELECT body FROM inbox ORDER BY seq")]

    yield Port(lambda: Inbox(database()), sent)
    for one in opened:
        one.close()


@pytest.fixture
def topics(kafka: Kafka) -> Iterator[Port]:
    access, names = KafkaAccess(tuple(kafka.bootstrap.split(","))), Topics(f"{unique('inbox')}.")
    with Admin(access) as admin:
        admin.create(wanted(names, partitions=1, replication=1))

    def inbox() -> Keeps:
        made = KafkaInbox(SteadySender(producer), names, WholeShare())
        with closing(PartitionReader(access, names.feed_state)) as reader:
            made.load(reader)
        return made

    def sent() -> list[Article]:
        with closing(PartitionReader(access, names.articles)) as reader:
            last, found = reader.last_offset(), list[Article]()
            while len(found) < last:
                found += [decode_article(one.value or b"") for one in reader.raw_after(len(found), 100, 5.0)]
        return list({(one.id, one.revision): one for one in found}.values())

    with closing(Producer(access)) as producer:
        yield Port(inbox, sent)


def article(id_: str, revision: int = 1, feed: str = "a") -> Article:
    return Article(id=id_, revision=revision, source=Source(feed=feed), title=f"{id_} {revision}", observed_at=NOW)


def outcome(*articles: Article, state: FeedState = FULL) -> Outcome:
    entries = {one.id: KnownEntry(revision=one.revision, digest=f"d{one.revision}") for one in articles}
    return Outcome(state, "articles", articles=articles, entries=entries)


def test_a_new_inbox_knows_nothing(port: Port) -> None:
    inbox = port.open()
    assert inbox.states() == {}
    assert inbox.known("a", ["x"]) == {}


def test_what_is_committed_is_there_at_once_and_in_a_process_started_later(port: Port) -> None:
    first = port.open()
    first.commit(outcome(article("x"), article("y")))
    for inbox in (first, port.open()):
        assert inbox.states() == {"a": FULL}
        assert inbox.known("a", ["x", "z"]) == {"x": KnownEntry(revision=1, digest="d1")}
    assert [one.id for one in port.sent()] == ["x", "y"]
    assert port.sent()[0] == article("x")


def test_the_same_again_changes_nothing(port: Port) -> None:
    for _ in range(2):
        port.open().commit(outcome(article("x")))
    assert [one.id for one in port.sent()] == ["x"]
    assert port.open().states() == {"a": FULL}


def test_a_revision_is_an_article_of_its_own(port: Port) -> None:
    inbox = port.open()
    for revision in (1, 2):
        inbox.known("a", ["x"])
        inbox.commit(outcome(article("x", revision)))
    assert [one.revision for one in port.sent()] == [1, 2]
    assert port.open().known("a", ["x"])["x"].revision == 2


def test_a_poll_without_news_keeps_what_is_known_of_the_entries(port: Port) -> None:
    inbox = port.open()
    inbox.commit(outcome(article("x")))
    quiet = FeedState(feed="a", etag="other", polls=8, window=FULL.window, first_poll_done=True)
    inbox.commit(Outcome(quiet, "not modified"))
    for one in (inbox, port.open()):
        assert one.states() == {"a": quiet}
        assert one.known("a", ["x"]) == {"x": KnownEntry(revision=1, digest="d1")}


def test_a_failed_poll_is_stored_too(port: Port) -> None:
    port.open().commit(Outcome(FeedState(feed="a", failures=1, last_error="HTTP 500"), "status"))
    assert port.open().states()["a"].last_error == "HTTP 500"


def test_feeds_do_not_hurt_each_other(port: Port) -> None:
    inbox = port.open()
    inbox.commit(outcome(article("x")))
    inbox.commit(outcome(article("y", feed="b"), state=FeedState(feed="b", etag="of b")))
    for one in (inbox, port.open()):
        assert one.states() == {"a": FULL, "b": FeedState(feed="b", etag="of b")}
        assert list(one.known("a", ["x", "y"])) == ["x"]
        assert list(one.known("b", ["x", "y"])) == ["y"]


def test_many_entries_are_looked_up(port: Port) -> None:
    port.open().commit(outcome(*(article(f"id{n}") for n in range(1_300))))
    assert len(port.open().known("a", [f"id{n}" for n in range(2_000)])) == 1_300
