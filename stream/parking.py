"""Put aside, with its error and all that is needed to replay it, what cannot be processed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marsad.sqlite import Database

ERROR_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Parked:
    """One thing put aside. ``subject`` names the article (read), the log offset (fold), or story and rule (judge)."""

    id: int
    step: str
    subject: str
    at: str
    error: str
    replayed_at: str | None


class Parking:
    """The table of parked things. ``park``, ``take_back`` and ``drop`` run in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def park(self, step: str, subject: str, error: str, body: bytes, now: datetime) -> None:
        """Put one thing aside."""
        self._database.execute(
            "INSERT INTO parked (step, subject, at, error, body) VALUES (?, ?, ?, ?, ?)",
            (step, subject, now.isoformat(), _storable(error[:ERROR_LENGTH]), body),
        )

    def take_back(self, parked_id: int, now: datetime) -> bytes | None:
        """Mark a thing as given back to its step; its body, or None where it does not wait."""
        marked = self._database.execute(
            "UPDATE parked SET replayed_at = ? WHERE id = ? AND replayed_at IS NULL", (now.isoformat(), parked_id)
        )
        row = self._database.one("SELECT body FROM parked WHERE id = ?", (parked_id,)) if marked.rowcount else None
        return row[0] if row else None

    def body(self, parked_id: int) -> bytes | None:
        """What was put aside, where it still waits."""
        row = self._database.one("SELECT body FROM parked WHERE id = ? AND replayed_at IS NULL", (parked_id,))
        return row[0] if row else None

    def drop(self, parked_id: int) -> bool:
        """Forget a thing for ever; whether it still waited."""
        dropped = self._database.execute("DELETE FROM parked WHERE id = ? AND replayed_at IS NULL", (parked_id,))
        return bool(dropped.rowcount)

    def list(self, *, waiting_only: bool = True) -> Sequence[Parked]:
        """What is parked, oldest first; those already replayed only on request."""
        where = "WHERE replayed_at IS NULL" if waiting_only else ""
        rows = self._database.all(f"SELECT id, step, subject, at, error, replayed_at FROM parked {where} ORDER BY id")
        return [Parked(*row) for row in rows]

    def count(self) -> int:
        """How many wait to be replayed."""
        row = self._database.one("SELECT count(*) FROM parked WHERE replayed_at IS NULL")
        return int(row[0]) if row else 0


def _storable(error: str) -> str:
    """An error may quote what no encoding has a place for."""
    return error.encode("utf-8", "backslashreplace").decode()
