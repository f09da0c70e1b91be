"""What a watch on Kafka has still to publish: written in the transaction of the fold, deleted when Kafka has it.

Changes of the state are published by the watch that has the lease. The others keep theirs until the lease's
claims say how far the publishing came, so whoever follows goes on where the last one stopped: nothing is left out,
and a little is published twice. Records of this process (how a delivery ended) go out whoever has the lease.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from marsad.codec import encode
from marsad.log import (
    AlertChanged,
    Decided,
    Effect,
    JudgeAgain,
    LeaseTaken,
    RawEntry,
    Record,
    StoryChanged,
    Unfoldable,
    Unjudged,
)
from marsad.parked import ParkedThing
from marsad.sqlite import Database

RECORD_ENTRY: Final = 0


class Kind(StrEnum):
    """Where a thing is published."""

    STORY = "story"
    ALERT = "alert"
    LEDGER = "ledger"
    PARKED = "parked"
    RECORD = "record"
    """A record for the log."""


class Publication(NamedTuple):
    """One thing to be published. ``key`` is its id: of one key only the last counts."""

    seq: int
    kind: Kind
    key: str
    body: bytes


class Outgoing:
    """The table of things to be published. Its ``…_within`` methods run in the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_within(self, effects: Iterable[Effect], entry: RawEntry) -> None:
        """What the effects of a log entry change for others."""
        rows = []
        for number, effect in enumerate(effects):
            if isinstance(effect, LeaseTaken):
                self._forget_within(effect.published)
            elif published := _published(effect, entry, number):
                kind, key, body = published
                rows.append((entry.offset, kind.value, key, body))
        self._insert(rows)

    def record_within(self, record: Record) -> None:
        """A record of this process, to be appended to the log."""
        self._insert([(RECORD_ENTRY, Kind.RECORD.value, "", encode(record))])

    def waiting(self, limit: int, *, changes: bool) -> list[Publication]:
        """The first things to be published; without ``changes`` only records of this process."""
        only = "" if changes else "WHERE kind = 'record'"
        sql = f"SELECT seq, kind, key, body FROM outgoing {only} ORDER BY seq LIMIT ?"
        return [Publication(seq, Kind(kind), key, body) for seq, kind, key, body in self._database.all(sql, (limit,))]

    def done(self, published: Sequence[Publication]) -> None:
        """Kafka has them. Raises StoreError."""
        with self._database.transaction():
            self._database.executemany("DELETE FROM outgoing WHERE seq = ?", [(one.seq,) for one in published])

    def published_up_to(self, cursor: int) -> int:
        """The log offset up to which everything is published; ``cursor`` is the one up to which it is folded."""
        row = self._database.one("SELECT entry FROM outgoing WHERE entry > 0 ORDER BY seq LIMIT 1")
        return cursor if row is None else int(row[0]) - 1

    def count(self) -> int:
        """How many things wait."""
        row = self._database.one("SELECT count(*) FROM outgoing")
        return int(row[0]) if row else 0

    def _forget_within(self, published: int) -> None:
        """The holder of the lease has published so far."""
        self._database.execute("DELETE FROM outgoing WHERE entry BETWEEN 1 AND ?", (published,))

    def _insert(self, rows: Sequence[tuple[int, str, str, bytes]]) -> None:
        self._database.executemany("INSERT INTO outgoing (entry, kind, key, body) VALUES (?, ?, ?, ?)", rows)


def _published(effect: Effect, entry: RawEntry, number: int) -> tuple[Kind, str, bytes] | None:
    """Where an effect is published, under which key, as what; None where it concerns this watch alone."""
    match effect:
        case StoryChanged(story=story):
            return Kind.STORY, story.id, encode(story)
        case AlertChanged(alert=alert):
            return Kind.ALERT, alert.id, encode(alert)
        case Decided(entry=decided):
            # The log's offset and the place among its effects: the same decision has the same key on every watch.
            return Kind.LEDGER, f"{entry.offset}-{number}", encode(decided)
        case Unfoldable(offset=offset, error=error):
            return _parked("fold", str(offset), error, entry.body, entry)
        case Unjudged(story=story, rule=rule, error=error):
            again = encode(JudgeAgain(story=story, rule=rule))
            return _parked("judge", f"{story} {rule}".rstrip(), error, again, entry)
        case _:
            return None


def _parked(step: str, subject: str, error: str, body: bytes, entry: RawEntry) -> tuple[Kind, str, bytes]:
    thing = ParkedThing(step=step, subject=subject, at=entry.at, error=error, body=body)
    return Kind.PARKED, thing.id, encode(thing)
