"""The one durable transaction of ingest: articles, what is known of their entries, and the feed's state together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Final

from ingest.decide import Outcome
from ingest.feed_state import FeedState
from ingest.fetched import KnownEntry
from marsad.codec import decode, encode
from marsad.sqlite import Database

_VARIABLES: Final = 500


class Inbox:
    """Needs a Database of its own: its calls come from several threads and take turns on it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = Lock()

    def states(self) -> dict[str, FeedState]:
        """Every feed's state that was ever stored, by slug."""
        with self._turn:
            rows = self._database.all("SELECT feed, body FROM feed_state ORDER BY feed")
        return {str(feed): decode(FeedState, _bytes(body)) for feed, body in rows}

    def known(self, feed: str, ids: Sequence[str]) -> dict[str, KnownEntry]:
        """What is stored of these articles of a feed."""
        found: dict[str, KnownEntry] = {}
        with self._turn:
            for part in _parts(ids):
                marks = ",".join("?" * len(part))
                sql = f"SELECT article_id, revision, digest FROM entry WHERE article_id IN ({marks}) AND feed = ?"
                for article, revision, digest in self._database.all(sql, [*part, feed]):
                    found[str(article)] = KnownEntry(revision=int(str(revision)), digest=str(digest))
        return found

    def commit(self, outcome: Outcome) -> None:
        """Durable when it returns, and complete or not at all. Raises StoreError."""
        feed = outcome.state.feed
        entries: Mapping[str, KnownEntry] = outcome.entries
        with self._turn, self._database.transaction():
            self._database.executemany(
                "INSERT INTO entry (article_id, feed, revision, digest) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (article_id) DO UPDATE SET revision = excluded.revision, digest = excluded.digest",
                [(article, feed, known.revision, known.digest) for article, known in entries.items()],
            )
            self._database.executemany(
                "INSERT OR IGNORE INTO inbox (article_id, revision, feed, body) VALUES (?, ?, ?, ?)",
                [(article.id, article.revision, feed, encode(article)) for article in outcome.articles],
            )
            self._database.execute(
                "INSERT INTO feed_state (feed, body) VALUES (?, ?) "
                "ON CONFLICT (feed) DO UPDATE SET body = excluded.body",
                (feed, encode(outcome.state)),
            )


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while part := list(islice(rest, _VARIABLES)):
        yield part


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes), "bodies are stored as blobs"
    return value
