"""The embedded way from the inbox to the log: waiting articles are read and their readings appended."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from marsad.article import Article
from marsad.codec import decode_article
from marsad.errors import DecodeError, StaysParkedError
from marsad.sqlite import Database
from stream.log_table import LogTable
from stream.parking import Parked, Parking
from stream.reader_pool import ReaderPool, Unreadable

BATCH: Final = 400
BEHIND_THE_LOG: Final = ("fold", "judge")
"""Steps whose parked bodies are records."""
_GONE: Final = "not parked any more: somebody else replayed or dropped it"
HOW_MANY_WAIT: Final = "SELECT count(*) FROM inbox WHERE waiting = 1"
_WAITING: Final = (
    "SELECT seq, body FROM inbox WHERE waiting = 1 AND seq NOT IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?"
)


class _Batch(NamedTuple):
    """Articles of the inbox, in its order, that are being read."""

    seqs: list[int]
    bodies: list[bytes]
    read: asyncio.Task[list[bytes | Unreadable]]


class ReadStep:
    """Inbox to log. An article leaves the inbox in the transaction that appends its reading, or parks it.

    The next batch is read while one is written, so that the reading processes never wait for the disk.
    """

    def __init__(
        self,
        database: Database,
        pool: ReaderPool,
        clock: Callable[[], datetime],
        in_thread: Callable[[Callable[[], None]], Awaitable[None]] = asyncio.to_thread,
    ) -> None:
        """``in_thread`` runs the writing, which may have to wait for other writers."""
        self._database = database
        self._pool = pool
        self._clock = clock
        self._in_thread = in_thread
        self._log = LogTable(database)
        self._parking = Parking(database)
        self._ahead: _Batch | None = None

    async def run_once(self) -> int:
        """Read one batch; how many articles left the inbox. Raises StoreError, with nothing lost."""
        batch = self._ahead or self._begin(())
        self._ahead = None
        if batch is None:
            return 0
        self._ahead = self._begin(batch.seqs)
        read = await batch.read
        await self._in_thread(partial(self._write, batch, read))
        return len(batch.seqs)

    def _write(self, batch: _Batch, read: Sequence[bytes | Unreadable]) -> None:
        now = self._clock()
        with self._database.transaction():
            self._log.append_within([record for record in read if isinstance(record, bytes)], now)
            for body, record in zip(batch.bodies, read, strict=True):
                if isinstance(record, Unreadable):
                    self._parking.park("read", _subject(body), record.error, body, now)
            self._database.executemany("UPDATE inbox SET waiting = 0 WHERE seq = ?", [(seq,) for seq in batch.seqs])

    def _begin(self, being_read: Sequence[int]) -> _Batch | None:
        """Give the pool the first articles that wait, but for those being read; None where there are none."""
        rows = self._database.all(_WAITING, (json.dumps(being_read), BATCH))
        if not rows:
            return None
        seqs, bodies = [seq for seq, _body in rows], [body for _seq, body in rows]
        return _Batch(seqs, bodies, asyncio.ensure_future(self._pool.read(bodies)))


def replay_parked(database: Database, parked: Parked, now: datetime) -> str:
    """Give a parked thing back to its step; what was done, for the operator.

    Raises StaysParkedError where that cannot be.
    """
    with database.transaction():
        body = Parking(database).take_back(parked.id, now)
        if body is None:
            raise StaysParkedError(f"{parked.id}: {_GONE}")
        if parked.step in BEHIND_THE_LOG:
            LogTable(database).append_within([body], now)
            return f"{parked.id}: appended to the log again"
        return f"{parked.id}: article {_give_back(database, parked, body)} waits to be read again"


def could_be_replayed(database: Database, parked: Parked) -> bool:
    """Whether ``replay_parked`` would give the thing back. Changes nothing."""
    body = Parking(database).body(parked.id)
    if body is None or parked.step in BEHIND_THE_LOG:
        return body is not None
    try:
        _taken_in(database, parked, body)
    except StaysParkedError:
        return False
    return True


def drop_parked(database: Database, parked: Parked) -> None:
    """Forget a parked thing for ever. Raises StaysParkedError where somebody else was faster."""
    with database.transaction():
        if not Parking(database).drop(parked.id):
            raise StaysParkedError(f"{parked.id}: {_GONE}")


def _give_back(database: Database, parked: Parked, body: bytes) -> str:
    """The id of the article, which waits in the inbox again."""
    article = _taken_in(database, parked, body)
    database.execute(
        "UPDATE inbox SET waiting = 1 WHERE article_id = ? AND revision = ?", (article.id, article.revision)
    )
    return article.id


def _taken_in(database: Database, parked: Parked, body: bytes) -> Article:
    """The article, which the inbox still has. Raises StaysParkedError."""
    try:
        article = decode_article(body)
    except DecodeError as error:
        raise StaysParkedError(f"{parked.id}: it cannot be read this time either, and stays parked: {error}") from error
    if not database.one("SELECT 1 FROM inbox WHERE article_id = ? AND revision = ?", (article.id, article.revision)):
        raise StaysParkedError(
            f"{parked.id}: article {article.id} is not in the inbox any more: it cannot be given back, and stays parked"
        )
    return article


def waiting_articles(database: Database) -> int:
    """How many articles wait to be read."""
    row = database.one(HOW_MANY_WAIT)
    return int(row[0]) if row else 0


def _subject(body: bytes) -> str:
    try:
        return decode_article(body).id
    except DecodeError:
        return "?"
