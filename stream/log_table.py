"""The embedded log: the ordered record that the watch runs on, as a table of the watch's file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from marsad.codec import encode
from marsad.log import RawEntry, Record
from marsad.sqlite import Database, moment

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


class LogTable:
    """Append and read. Any process may append; the one that folds reads by offset."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, records: Sequence[Record], now: datetime) -> None:
        """Append in a transaction of its own, durable on return. Raises StoreError."""
        with self._database.transaction():
            self.append_within([encode(record) for record in records], now)

    def append_within(self, bodies: Sequence[bytes], now: datetime) -> None:
        """Append encoded records inside the caller's transaction; the log's time never decreases."""
        stamp = max(now.astimezone(UTC), self.last_at() or _EARLIEST).isoformat()
        self._database.executemany("INSERT INTO log (at, body) VALUES (?, ?)", [(stamp, body) for body in bodies])

    def after(self, offset: int, limit: int) -> list[RawEntry]:
        """Up to ``limit`` entries behind ``offset``, in order."""
        rows = self._database.all("SELECT seq, at, body FROM log WHERE seq > ? ORDER BY seq LIMIT ?", (offset, limit))
        return [RawEntry(offset=seq, at=moment(at, "log.at"), body=body) for seq, at, body in rows]

    def last_at(self) -> datetime | None:
        """The log's time: that of its newest entry."""
        row = self._database.one("SELECT at FROM log ORDER BY seq DESC LIMIT 1")
        return moment(row[0], "log.at") if row else None

    def last_offset(self) -> int:
        """The offset of the newest entry; 0 for an empty log."""
        row = self._database.one("SELECT max(seq) FROM log")
        return int(row[0]) if row and row[0] is not None else 0
