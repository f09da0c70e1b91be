from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingest.decide import Outcome
from ingest.feed_state import FeedState
from ingest.fetched import KnownEntry
from ingest.inbox import Inbox
from marsad.article import Article, Source
from marsad.codec import decode_article
from marsad.sqlite import Database

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    database = Database.open(":memory:")
    yield Inbox(database)
    database.close()


def outcome(*revisions: tuple[str, int], etag: str = "") -> Outcome:
    articles = tuple(
        Article(id=id_, revision=revision, source=Source(feed="a"), title=id_, observed_at=NOW)
        for id_, revision in revisions
    )
    entries = {id_: KnownEntry(revision=revision, digest=f"d{revision}") for id_, revision in revisions}
    return Outcome(FeedState(feed="a", etag=etag), "articles", articles=articles, entries=entries)


def waiting(inbox: Inbox) -> list[Article]:
    """What is there to be read, in its order."""
    rows = inbox._database.all("SELECT body FROM inbox WHERE waiting = 1 ORDER BY seq")
    return [decode_article(body) for (body,) in rows]


def test_what_is_committed_is_all_there(inbox: Inbox) -> None:
    inbox.commit(outcome(("x", 1), ("y", 1), etag='"e"'))
    assert [(article.title, article.revision) for article in waiting(inbox)] == [("x", 1), ("y", 1)]
    assert inbox.states() == {"a": FeedState(feed="a", etag='"e"')}
    assert inbox.known("a", ["x", "z"]) == {"x": KnownEntry(revision=1, digest="d1")}


def test_the_same_again_changes_nothing(inbox: Inbox) -> None:
    for _ in range(2):
        inbox.commit(outcome(("x", 1)))
    assert len(waiting(inbox)) == 1


def test_a_revision_is_an_article_of_its_own(inbox: Inbox) -> None:
    inbox.commit(outcome(("x", 1)))
    inbox.commit(outcome(("x", 2)))
    assert [article.revision for article in waiting(inbox)] == [1, 2]
    assert inbox.known("a", ["x"])["x"].revision == 2


def test_many_ids_are_looked_up_in_parts(inbox: Inbox) -> None:
    inbox.commit(outcome(*((f"id{n}", 1) for n in range(1300))))
    assert len(inbox.known("a", [f"id{n}" for n in range(2000)])) == 1300
