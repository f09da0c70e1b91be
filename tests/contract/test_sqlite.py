"""The shared SQLite edge on real files: what it promises and how it tells what went wrong."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

import marsad.sqlite
from marsad.errors import StoreError
from marsad.sqlite import SCHEMA_VERSION, WATCH, Database, Layout, Lock, UnreadableError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "watch.db"


@pytest.fixture
def database(path):
    database = Database.open(path)
    yield database
    database.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(marsad.sqlite, "BUSY_SECONDS", 0.05)


def put(database, key, value=b"v"):
    database.execute("INSERT INTO watch (key, value) VALUES (?, ?)", (key, value))


def keys(database):
    return [key for (key,) in database.all("SELECT key FROM watch ORDER BY key")]


def put_and_raise(database, key, error):
    with database.transaction():
        put(database, key)
        raise error


def nest(database):
    with database.transaction():
        put(database, "a")
        with database.transaction():
            put(database, "b")


def test_a_new_file_has_its_tables_version_and_settings(database):
    tables = {name for (name,) in database.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables >= {"feed_state", "entry", "inbox", "log", "parked", "watch", "story", "member", "alert", "hold"}
    assert tables >= {"ledger", "notification"}
    assert database.one("PRAGMA user_version") == (SCHEMA_VERSION,)
    assert database.one("PRAGMA journal_mode") == ("wal",)
    assert database.one("PRAGMA synchronous") == (2,), "FULL: a power cut loses nothing that was committed"


def test_an_open_file_can_be_opened_again(path, database):
    put(database, "a")
    again = Database.open(path)
    assert keys(again) == ["a"]
    again.close()


def test_many_may_open_a_new_file_at_once(path):
    with ThreadPoolExecutor(8) as pool:
        databases = list(pool.map(Database.open, [path] * 8))
    assert [database.one("PRAGMA user_version") for database in databases] == [(SCHEMA_VERSION,)] * 8
    for database in databases:
        database.close()


def test_a_transaction_is_all_or_nothing(database):
    with database.transaction():
        put(database, "a")
    with pytest.raises(RuntimeError, match="mid-way"):
        put_and_raise(database, "b", RuntimeError("mid-way"))
    assert keys(database) == ["a"]
    with database.transaction():
        put(database, "c")
    assert keys(database) == ["a", "c"]


def test_an_interrupt_rolls_back_too(database):
    with pytest.raises(KeyboardInterrupt):
        put_and_raise(database, "a", KeyboardInterrupt())
    assert keys(database) == []


def test_a_transaction_within_one_is_refused_and_undoes_the_outer(database):
    with pytest.raises(StoreError, match="within a transaction"):
        nest(database)
    assert keys(database) == []


def test_one_gives_none_where_there_is_no_row(database):
    assert database.one("SELECT key FROM watch") is None
    assert database.all("SELECT key FROM watch") == []


def test_many_rows_and_the_cursors_facts(database):
    database.executemany("INSERT INTO watch (key, value) VALUES (?, ?)", [("a", b"1"), ("b", b"2")])
    assert database.execute("UPDATE watch SET value = ?", (b"3",)).rowcount == 2


def test_a_broken_constraint_is_a_defect_and_stays_one(database):
    put(database, "a")
    with pytest.raises(sqlite3.IntegrityError):
        put(database, "a")


@pytest.mark.usefixtures("impatient")
def test_a_locked_file_says_who_may_hold_it(path):
    holder, waiter = Database.open(path), Database.open(path)
    with holder.transaction():
        put(holder, "a")
        with pytest.raises(StoreError, match=r"locked by another process .*is another watch running on it"):
            put(waiter, "b")
        with pytest.raises(StoreError, match="locked by another process"), waiter.transaction():
            pass
        assert keys(waiter) == [], "readers are not held up"
    assert keys(waiter) == ["a"]
    holder.close()
    waiter.close()


def test_a_full_disk_says_so_and_nothing_is_lost(database):
    with database.transaction():
        put(database, "kept")
    database.execute(f"PRAGMA max_page_count = {database.one('PRAGMA page_count')[0]}")
    with pytest.raises(StoreError, match="the disk is full: free space and start again"), database.transaction():
        put(database, "lost", b"x" * 1_000_000)
    assert keys(database) == ["kept"]
    database.execute("PRAGMA max_page_count = 1000000")
    put(database, "later", b"x" * 1_000_000)
    assert keys(database) == ["kept", "later"]


def test_a_file_that_is_no_database_says_so_and_is_left_alone(path):
    text = b"not a database at all, only text that is long enough\n" * 50
    path.write_bytes(text)
    with pytest.raises(UnreadableError, match=r"not a readable database .*: restore a backup"):
        Database.open(path)
    assert path.read_bytes() == text


def test_a_damaged_page_is_told_when_it_is_read(path):
    database = Database.open(path)
    database.executemany("INSERT INTO watch (key, value) VALUES (?, ?)", [(f"k{i}", b"x" * 500) for i in range(200)])
    database.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    again = Database.open(path)
    for read in (again.all, again.one):
        with pytest.raises(UnreadableError, match="restore a backup"):
            read("SELECT count(*), max(value) FROM watch")
    again.close()


def test_another_schema_version_is_refused_with_what_to_do(path, database):
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(UnreadableError, match="schema version 2, this Marsad reads 1: run the version that wrote it"):
        Database.open(path)


def test_another_programs_database_is_refused_and_not_touched(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="belongs to another program; give another path"):
        Database.open(path)
    assert path.read_bytes() == before


def test_files_of_ours_are_not_mistaken_for_each_other(path):
    Database.open(path).close()
    other = Layout(application=WATCH.application + 1, version=1, statements="CREATE TABLE t (x);\n", otherwise="")
    with pytest.raises(StoreError, match="not a file of this kind"):
        Database.open(path, other)


def test_a_folder_that_is_not_there_says_what_to_check(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened: does the folder exist"):
        Database.open(tmp_path / "none" / "watch.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        Database.open(tmp_path)


def test_a_file_that_may_not_be_written_says_so(path):
    Database.open(path).close()
    readonly = Database(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None), path)
    with pytest.raises(StoreError, match="may not be written to by this user"):
        put(readonly, "a")
    readonly.close()


def test_one_watch_at_a_time(tmp_path):
    lock = tmp_path / "watch.lock"
    with Lock(lock), pytest.raises(StoreError, match=r"is in use by another watch \(process \d+\): stop it first"):
        Lock(lock).__enter__()
    with Lock(lock):
        pass


def test_a_lock_left_behind_by_a_killed_process_is_free(tmp_path):
    lock = tmp_path / "watch.lock"
    lock.write_text("99999\n")
    with Lock(lock):
        assert lock.read_text() != "99999\n"


def test_a_lock_in_a_folder_that_is_not_there_says_what_to_check(tmp_path):
    with pytest.raises(StoreError, match=r"cannot be opened \(No such file or directory\): does the folder exist"):
        Lock(tmp_path / "none" / "watch.lock").__enter__()
