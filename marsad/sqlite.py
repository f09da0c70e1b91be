"""SQLite as Marsad uses it: one file, WAL, short write transactions, a schema with a version."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from marsad.errors import StoreError
from marsad.turns import Turns, turns_of

SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 30.0
_RETRY_SECONDS: Final = 0.01

# Every table has one owner: the package named beside it. Bodies are `marsad.codec` bytes, times
# are ISO 8601 in UTC.
SCHEMA: Final = """
-- ingest
CREATE TABLE feed_state (feed TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
    article_id TEXT PRIMARY KEY, feed TEXT NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL
) WITHOUT ROWID;
-- ingest writes, stream reads
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL, revision INTEGER NOT NULL, feed TEXT NOT NULL,
    body BLOB NOT NULL, waiting INTEGER NOT NULL DEFAULT 1, UNIQUE (article_id, revision)
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE waiting = 1;
-- the log: stream and marsad append, the watch reads
CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, body BLOB NOT NULL
);
-- stream
CREATE TABLE parked (
    id INTEGER PRIMARY KEY AUTOINCREMENT, step TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL,
    error TEXT NOT NULL, body BLOB NOT NULL, replayed_at TEXT
);
CREATE INDEX parked_waiting ON parked (id) WHERE replayed_at IS NULL;
-- the watch: its state, which the effects build, and its cursor
CREATE TABLE watch (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE story (
    id TEXT PRIMARY KEY, open INTEGER NOT NULL, updated_at TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX story_open ON story (open, updated_at);
CREATE TABLE member (article_id TEXT PRIMARY KEY, story TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX member_story ON member (story);
CREATE TABLE alert (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, story TEXT NOT NULL, state TEXT NOT NULL, updated_at TEXT NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX alert_story ON alert (story);
CREATE INDEX alert_updated ON alert (updated_at);
CREATE TABLE hold (
    rule TEXT NOT NULL, story TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (rule, story)
) WITHOUT ROWID;
CREATE TABLE ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, story TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX ledger_story ON ledger (story);
-- the outbox: the watch writes it due, the notifier takes it on
CREATE TABLE notification (
    id TEXT PRIMARY KEY, receiver TEXT NOT NULL, due_at TEXT NOT NULL, state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT NOT NULL, repeat INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', sent_at TEXT, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX notification_state ON notification (state, next_at);
-- what a watch on Kafka has still to publish; `entry` is the log offset that changed it, 0 for a record of its own
CREATE TABLE outgoing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX outgoing_entry ON outgoing (entry);
"""


def moment(stored: object, column: str) -> datetime:
    """A stored time. Raises StoreError where it is none: only another program can have written that."""
    try:
        return datetime.fromisoformat(str(stored))
    except ValueError as error:
        raise StoreError(
            f"{column} holds {str(stored)[:40]!r}, which is no time: something else wrote into the file; put a copy "
            "of it from before that in its place"
        ) from error


class UnreadableError(StoreError):
    """The file is damaged, or of another schema version: nothing in it can be used by this Marsad."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of one kind of file. ``application`` tells our kinds of file apart, and from others'."""

    application: int
    version: int
    statements: str
    otherwise: str
    """What to do with a file of another version."""


WATCH: Final = Layout(
    application=0x4D525331,
    version=SCHEMA_VERSION,
    statements=SCHEMA,
    otherwise="run the version that wrote it, or start with a new data folder",
)


class Database:
    """One connection to the watch's file. Give each thread its own; writers take turns.

    Whatever SQLite cannot do for the machine's sake (locked, full, damaged) is a StoreError, also
    outside a transaction; a broken constraint outside one stays sqlite3's.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | str) -> None:
        self._connection = connection
        self.path = path
        # Each connection to `:memory:` is a database of its own.
        self._turns = Turns() if str(path) == ":memory:" else turns_of(os.path.realpath(path))

    @classmethod
    def open(cls, path: Path | str, layout: Layout = WATCH) -> Self:
        """Open or create the file. Raises StoreError with what to do."""
        with _errors_told(path):
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            database = cls(connection, path)
            with _errors_told(path):
                database._create_or_check(layout)
        except BaseException:  # whatever ends it: nobody else holds this connection
            connection.close()
            raise
        return database

    def _create_or_check(self, layout: Layout) -> None:
        self._connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits in a power cut
        if self._pragma("user_version") == 0:
            self._create(layout)
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application != layout.application:
            raise StoreError(f"{self.path}: not a file of this kind: it belongs to another program; give another path")
        if version != layout.version:
            raise UnreadableError(
                f"{self.path}: the file has schema version {version}, this Marsad reads {layout.version}: "
                f"{layout.otherwise}"
            )
        self._switch_to_wal()

    def _switch_to_wal(self) -> None:
        """SQLite does not wait for others here, so several that open a new file at once take turns by trying."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                return

    def _create(self, layout: Layout) -> None:
        with self.transaction():
            # Another process may have been first, and a file with tables but no version is not ours.
            if self._pragma("user_version") or self.one("SELECT 1 FROM sqlite_master"):
                return
            for statement in layout.statements.split(";\n"):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id = {layout.application}")
            self._connection.execute(f"PRAGMA user_version = {layout.version}")

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when the block ends. Raises StoreError (disk full, busy).

        Writers of one process come in turn; among processes SQLite decides.
        """
        waits = not self._connection.in_transaction  # who has the turn already is refused by SQLite, not kept waiting
        if waits and not self._turns.take(BUSY_SECONDS):
            raise _told(self.path, sqlite3.OperationalError("database is locked"))
        try:
            with self._transaction():
                yield
        finally:
            if waits:
                self._turns.hand_on()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _errors_told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:  # whatever ends the block, Ctrl-C too: half a transaction must not stay open
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise _told(self.path, error) from error
            raise

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement; the cursor tells ``rowcount`` and ``lastrowid``."""
        with _errors_told(self.path):
            return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        with _errors_told(self.path):
            self._connection.executemany(sql, rows)

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row, or None."""
        with _errors_told(self.path):
            row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows."""
        with _errors_told(self.path):
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Lock:
    """The right to ingest and fold into a data folder, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> Self:
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(
                f"{self._path}: cannot be opened ({error.strerror}): does the folder exist, and may this user write "
                "to it?"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._file, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
            self._file = None
            raise StoreError(
                f"{self._path.parent} is in use by another watch (process {owner}): stop it first, or give this one "
                "a data folder of its own"
            ) from error
        os.truncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


@contextmanager
def _errors_told(path: Path | str) -> Iterator[None]:
    """What the machine cannot do as a StoreError; broken constraints and wrong calls stay what they are."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.Error as error:
        raise _told(path, error) from error


def _told(path: Path | str, error: sqlite3.Error) -> StoreError:
    """SQLite's error in the operator's words."""
    text = str(error)
    if "malformed" in text or "not a database" in text:
        return UnreadableError(f"{path}: not a readable database ({text}): restore a backup")
    return StoreError(f"{path}: {_advice(text)}")


def _advice(text: str) -> str:
    if "full" in text:
        return "the disk is full: free space and start again, nothing that was stored is lost"
    if "locked" in text or "busy" in text:
        return f"locked by another process for {BUSY_SECONDS:.0f} s: is another watch running on it?"
    if "I/O error" in text:
        return f"{text}: is the disk full, failing or over quota? Nothing that was stored is lost"
    if "readonly" in text:
        return "may not be written to by this user: change its owner or the folder's"
    if "unable to open" in text:
        return "cannot be opened: does the folder exist, and may this user write to it?"
    return text
