"""A watch's file and its log: what belongs together goes on, what does not is refused with what to do."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from marsad.errors import StoreError
from marsad.scaled.start import KEPT, check, restore, snapshots, take_snapshot
from marsad.sqlite import Database

WATCH = "watch.db"


@dataclass
class Log:
    first: int
    last: int

    def first_offset(self) -> int:
        return self.first

    def last_offset(self) -> int:
        return self.last


def open_folded(path: Path, cursor: int) -> Database:
    database = Database.open(path)
    database.execute("INSERT OR REPLACE INTO watch (key, value) VALUES ('cursor', ?)", (str(cursor).encode(),))
    return database


def noted(folder: Path) -> Database:
    """A watch's file that began with a cluster's log."""
    database = open_folded(folder / WATCH, 0)
    check(database, 0, Log(1, 0), "cluster-a")
    return database


@pytest.mark.parametrize(("cursor", "first", "last"), [(0, 1, 0), (0, 1, 9), (9, 1, 9), (9, 10, 9), (9, 5, 20)])
def test_what_belongs_together_goes_on(tmp_path: Path, cursor: int, first: int, last: int) -> None:
    database = noted(tmp_path)
    check(database, cursor, Log(first, last), "cluster-a")
    check(database, cursor, Log(first, last), "cluster-a")


@pytest.mark.parametrize(
    ("cursor", "first", "last", "told"), [(9, 1, 8, "the log ends at 8"), (9, 11, 20, "the log begins at 11")]
)
def test_a_log_that_does_not_go_on_from_it_is_refused(
    tmp_path: Path, cursor: int, first: int, last: int, told: str
) -> None:
    database = noted(tmp_path)
    with pytest.raises(StoreError, match=told):
        check(database, cursor, Log(first, last), "cluster-a")


def test_the_log_of_another_cluster_is_refused(tmp_path: Path) -> None:
    database = noted(tmp_path)
    with pytest.raises(StoreError, match="cluster-a, and this one is cluster-b"):
        check(database, 3, Log(1, 9), "cluster-b")


def test_an_empty_disk_and_a_whole_log_need_no_snapshot(tmp_path: Path) -> None:
    assert restore(tmp_path, WATCH, 1) is None


def test_but_one_that_is_there_is_taken(tmp_path: Path) -> None:
    taken = take_snapshot(open_folded(tmp_path / "other.db", 40), tmp_path, 40)
    assert restore(tmp_path, WATCH, 1) == taken


def test_a_file_that_was_folded_embedded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="by `marsad run` from a log of its own"):
        check(open_folded(tmp_path / WATCH, 3), 3, Log(1, 9), "cluster-a")


def test_what_an_older_file_left_beside_it_does_not_harm_a_snapshot(tmp_path: Path) -> None:
    take_snapshot(open_folded(tmp_path / "other.db", 40), tmp_path, 40)
    older = open_folded(tmp_path / WATCH, 7)
    left = (tmp_path / f"{WATCH}-wal").read_bytes()
    older.close()
    (tmp_path / WATCH).unlink()
    (tmp_path / f"{WATCH}-wal").write_bytes(left)
    restore(tmp_path, WATCH, 41)
    assert not (tmp_path / f"{WATCH}-wal").exists()
    assert Database.open(tmp_path / WATCH).one("SELECT value FROM watch WHERE key = 'cursor'") == (b"40",)


def test_no_room_is_no_half_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_folded(tmp_path / WATCH, 40)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=10))
    with pytest.raises(StoreError, match="10 bytes are free"):
        take_snapshot(database, tmp_path, 40)
    assert snapshots(tmp_path) == []


def test_an_empty_disk_and_the_rest_of_a_log_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Copy the newest snapshot"):
        restore(tmp_path, WATCH, 2)


def test_a_snapshot_is_whole_and_takes_the_place_of_an_empty_disk(tmp_path: Path) -> None:
    database = open_folded(tmp_path / WATCH, 40)
    path = take_snapshot(database, tmp_path, 40)
    database.close()
    (tmp_path / WATCH).unlink()
    assert restore(tmp_path, WATCH, 41) == path
    again = Database.open(tmp_path / WATCH)
    assert again.one("SELECT value FROM watch WHERE key = 'cursor'") == (b"40",)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    open_folded(tmp_path / WATCH, 40).close()
    assert restore(tmp_path, WATCH, 100) is None


def test_a_snapshot_that_is_too_old_is_none(tmp_path: Path) -> None:
    database = open_folded(tmp_path / "other.db", 40)
    take_snapshot(database, tmp_path, 40)
    with pytest.raises(StoreError, match="begins at 42"):
        restore(tmp_path, WATCH, 42)


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    database = open_folded(tmp_path / WATCH, 1)
    taken = [take_snapshot(database, tmp_path, offset) for offset in (5, 40, 300)]
    assert snapshots(tmp_path) == list(reversed(taken))[:KEPT]


def test_a_damaged_snapshot_is_told(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "watch-00000000000000000009.db").write_bytes(b"no database at all")
    with pytest.raises(StoreError, match="not a readable snapshot"):
        restore(tmp_path, WATCH, 5)


def test_half_a_copy_that_a_killed_watch_left_goes_with_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "watch-00000000000000000039.writing").write_bytes(b"half")
    taken = take_snapshot(open_folded(tmp_path / WATCH, 40), tmp_path, 40)
    assert list((tmp_path / "snapshots").iterdir()) == [taken]
