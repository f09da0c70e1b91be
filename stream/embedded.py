"""The embedded way from the inbox to the log: waiting articles are read and their readings appended."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from marsad.codec import decode_article
from marsad.errors import DecodeError, MarsadError
from marsad.sqlite import Database
from stream.log_table import LogTable
from stream.parking import Parked, Parking
from stream.reader_pool import ReaderPool, Unreadable

BATCH: Final = 400


class ReadStep:
    """Inbox to log. An article leaves the inbox in the transaction that appends its reading, or parks it."""

    def __init__(self, database: Database, pool: ReaderPool, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._pool = pool
        self._clock = clock
        self._log = LogTable(database)
        self._parking = Parking(database)

    async def run_once(self) -> int:
        """Read one batch; how many articles left the inbox. Raises StoreError, with nothing lost."""
        rows = self._database.all("SELECT seq, body FROM inbox WHERE waiting = 1 ORDER BY seq LIMIT ?", (BATCH,))
        if not rows:
            return 0
        bodies = [body for _seq, body in rows]
        read = await self._pool.read(bodies)
        now = self._clock()
        with self._database.transaction():
            self._log.append_within([record for record in read if isinstance(record, bytes)], now)
            for body, record in zip(bodies, read, strict=True):
                if isinstance(record, Unreadable):
                    self._parking.park("read", _subject(body), record.error, body, now)
            self._database.executemany("UPDATE inbox SET waiting = 0 WHERE seq = ?", [(seq,) for seq, _body in rows])
        return len(rows)


def replay_parked(database: Database, parked: Parked, now: datetime) -> str:
    """Give a parked thing back to its step; what was done, for the operator."""
    parking = Parking(database)
    with database.transaction():
        parking.mark_replayed(parked.id, now)
        if parked.step == "fold":
            LogTable(database).append_within([parked.body], now)
            return f"{parked.id}: appended to the log again"
        given_back = database.execute("UPDATE inbox SET waiting = 1 WHERE body = ?", (parked.body,)).rowcount
        if not given_back:
            raise MarsadError(
                f"{parked.id}: article {parked.subject} is not in the inbox any more: it cannot be given back, and "
                "stays parked"
            )
    return f"{parked.id}: article {parked.subject} waits to be read again"


def waiting_articles(database: Database) -> int:
    """How many articles wait to be read."""
    row = database.one("SELECT count(*) FROM inbox WHERE waiting = 1")
    return int(row[0]) if row else 0


def _subject(body: bytes) -> str:
    try:
        return decode_article(body).id
    except DecodeError:
        return "?"
