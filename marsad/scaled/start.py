"""Before a watch on Kafka folds on: whether its file and the log belong together, and nothing is missing between."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from marsad.errors import StoreError
from marsad.sqlite import Database

SNAPSHOTS: Final = "snapshots"
KEPT: Final = 2
_CLUSTER: Final = "kafka-cluster"
_NAME: Final = "watch-{offset:020d}.db"
_PATTERN: Final = "watch-*.db"
_HALF: Final = ".writing"
"""The ending of a copy that is not whole yet."""


class Ends(Protocol):
    """What is asked of the log."""

    def first_offset(self) -> int:
        """Of the first entry that is there."""

    def last_offset(self) -> int:
        """Of the last one; 0 where there never was one."""


def restore(data: Path, watch_file: str, first: int) -> Path | None:
    """For a watch whose disk is empty: the newest snapshot that the log still follows on, put in place.

    ``first``: the log's first offset. None where nothing was to be restored. Raises StoreError where a log that does
    not begin at its beginning has no snapshot to go on from: folding only its rest would alert what was alerted.
    """
    path = data / watch_file
    if path.exists():
        return None
    for snapshot in snapshots(data):
        if _offset(snapshot) >= first - 1:
            _put_in_place(snapshot, path)
            return snapshot
    if first <= 1:
        return None
    raise StoreError(
        f"{data} is empty and the log begins at {first}, not at 1: what came before is gone, and without it old alerts "
        f"would be sent again. Copy the newest snapshot of another watch ({SNAPSHOTS}/ in its data folder) into "
        f"{data / SNAPSHOTS} and start again"
    )


def _put_in_place(snapshot: Path, path: Path) -> None:
    """What was left beside an older file of that name would be played onto this one."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    copy = path.with_suffix(".restoring")
    shutil.copyfile(snapshot, copy)
    _flush(copy)
    copy.replace(path)
    _flush(path.parent)


def check(database: Database, cursor: int, ends: Ends, cluster: str) -> None:
    """Raises StoreError where the file was folded from another log, or from one that lost what is to be folded next."""
    known = _cluster(database)
    if known and known != cluster:
        raise StoreError(
            f"{database.path} was folded from the log of Kafka cluster {known}, and this one is {cluster}: set "
            "kafka.bootstrap to the right cluster, or give the watch a new data folder"
        )
    if cursor and not known:
        raise StoreError(
            f"{database.path} was folded by `marsad run` from a log of its own: give `marsad watch` another data folder"
        )
    first, last = ends.first_offset(), ends.last_offset()
    if cursor > last:
        raise StoreError(
            f"{database.path} was folded up to {cursor}, and the log ends at {last}: the log was made anew or "
            "restored from an older copy. Give the watch a new data folder, or a snapshot of no later than that"
        )
    if cursor + 1 < first:
        raise StoreError(
            f"{database.path} was folded up to {cursor}, and the log begins at {first}: what came in between is gone. "
            f"Move {database.path} (with -wal and -shm) away and start again: a snapshot is taken instead, if there is "
            f"a newer one in {SNAPSHOTS}/ beside it (copy one from another watch)"
        )
    if not known:
        with database.transaction():
            database.execute("INSERT INTO watch (key, value) VALUES (?, ?)", (_CLUSTER, cluster.encode()))


def take_snapshot(database: Database, data: Path, cursor: int) -> Path:
    """A copy of the watch's file as it is now, whole; older copies but for the last ones go.

    Raises StoreError, OSError: there is no new copy then, and no half of one. The fold's room is left alone.
    """
    folder = data / SNAPSHOTS
    folder.mkdir(parents=True, exist_ok=True)
    for half in folder.glob(f"*{_HALF}"):  # of a watch that was killed meanwhile; only one works on a folder
        half.unlink()
    size, free = (data / Path(database.path).name).stat().st_size, shutil.disk_usage(folder).free
    if free < 2 * size:
        raise StoreError(f"{folder}: {free:,} bytes are free and a copy has about {size:,}: free space, or lose copies")
    path = folder / _NAME.format(offset=cursor)
    writing = path.with_suffix(_HALF)
    try:
        database.execute("VACUUM INTO ?", (str(writing),))
        _flush(writing)
        writing.replace(path)
    finally:
        writing.unlink(missing_ok=True)
    _flush(folder)
    for old in snapshots(data)[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def snapshots(data: Path) -> list[Path]:
    """The snapshots of a data folder, the newest first."""
    return sorted((data / SNAPSHOTS).glob(_PATTERN), reverse=True)


def _offset(snapshot: Path) -> int:
    """The offset up to which a snapshot is folded: what the file says, not its name. Raises StoreError."""
    try:
        with closing(sqlite3.connect(f"{snapshot.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT CAST(value AS INTEGER) FROM watch WHERE key = 'cursor'").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{snapshot}: not a readable snapshot ({error}): delete it, and start again") from error
    return int(row[0]) if row else 0


def _cluster(database: Database) -> str:
    row = database.one("SELECT value FROM watch WHERE key = ?", (_CLUSTER,))
    return bytes(row[0]).decode() if row else ""


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
