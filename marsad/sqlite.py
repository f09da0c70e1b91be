"""SQLite as Marsad uses it: one file, WAL, short write transactions, a schema with a version."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from marsad.errors import StoreError

SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 30.0

# Every table has one owner: the package named beside it. Bodies are `marsad.codec` bytes, times
# are ISO 8601 in UTC.
SCHEMA: Final = """
-- ingest
CREATE TABLE feed_state (feed TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
    article_id TEXT PRIMARY KEY, feed TEXT NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL,
    seen_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX entry_feed ON entry (feed, seen_at);
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
"""


class Database:
    """One connection to the watch's file. Give each thread its own; writers take turns."""

    def __init__(self, connection: sqlite3.Connection, path: Path | str) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open or create the file. Raises StoreError with what to do."""
        try:
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last commits in a power cut
            database = cls(connection, path)
            database._create_or_check()
        except sqlite3.Error as error:
            raise StoreError(_advice(path, error)) from error
        return database

    def _create_or_check(self) -> None:
        (version,) = self.one("PRAGMA user_version") or (0,)
        if version == 0:
            with self.transaction():
                (version,) = self.one("PRAGMA user_version") or (0,)  # another process may have been first
                if version == 0:
                    for statement in SCHEMA.split(";\n"):
                        self._connection.execute(statement)
                    self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise StoreError(
                f"{self.path}: the store has schema version {version}, this Marsad reads {SCHEMA_VERSION}: "
                "run the version that wrote it, or start with a new data folder"
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, durable when the block ends. Raises StoreError (disk full, busy)."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise StoreError(_advice(self.path, error)) from error
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise StoreError(_advice(self.path, error)) from error
            raise

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement; the cursor tells ``rowcount`` and ``lastrowid``."""
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        self._connection.executemany(sql, rows)

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[object, ...] | None:
        """The first row, or None."""
        row: tuple[object, ...] | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows."""
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
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._file, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._file)
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


def _advice(path: Path | str, error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text:
        return f"{path}: the disk is full: free space and start again, nothing that was stored is lost"
    if "locked" in text or "busy" in text:
        return f"{path}: locked by another process for {BUSY_SECONDS:.0f} s: is another watch running on it?"
    if "malformed" in text or "not a database" in text:
        return f"{path}: not a readable database ({text}): restore a backup"
    if "unable to open" in text:
        return f"{path}: cannot be opened: does the folder exist, and may this user write to it?"
    return f"{path}: {text}"
