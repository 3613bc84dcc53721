"""Opening the learner's database: made once, migrated once, never damaged, and every failure told in one sentence."""

import os
import sqlite3
import subprocess
import sys
import time

import pytest

from kdl import paths
from kdl.errors import StoreProblem
from kdl.store import database


def rows(path, query):
    with sqlite3.connect(path) as db:
        return db.execute(query).fetchall()


def test_the_first_opening_makes_the_tables_and_a_device_id():
    db = database.connect()

    assert db.execute("PRAGMA user_version").fetchone()[0] == database.VERSION
    assert len(database.device_id(db)) == 32
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_a_second_opening_keeps_what_is_there():
    first = database.device_id(database.connect())

    assert database.device_id(database.connect()) == first


@pytest.mark.invariant("quiz", 21)
def test_a_newer_database_is_refused_and_left_as_it_was():
    database.connect().close()
    with sqlite3.connect(paths.database()) as db:
        db.execute(f"PRAGMA user_version={database.VERSION + 1}")
    before = paths.database().read_bytes()

    with pytest.raises(StoreProblem, match="newer kdl"):
        database.connect()
    assert paths.database().read_bytes() == before


@pytest.mark.parametrize("damage", [b"this is no database at all, " * 40, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_one_error_and_is_left_as_it_was(damage):
    paths.made(paths.home())
    paths.database().write_bytes(damage)

    with pytest.raises(StoreProblem) as error:
        database.connect()
    assert error.value.fix
    assert paths.database().read_bytes() == damage


def test_a_database_of_another_program_is_refused_and_left_as_it_was():
    paths.made(paths.home())
    with sqlite3.connect(paths.database()) as db:
        db.execute("CREATE TABLE foo (bar)")
    before = paths.database().read_bytes()

    with pytest.raises(StoreProblem, match="not one of kdl"):
        database.connect()
    assert paths.database().read_bytes() == before


def test_a_transaction_that_fails_leaves_nothing():
    db = database.connect()

    with pytest.raises(ZeroDivisionError), database.transaction(db):
        db.execute("INSERT INTO reading (ts, topic) VALUES (1, 'lstm')")
        raise ZeroDivisionError
    assert rows(paths.database(), "SELECT * FROM reading") == []


def test_a_full_disk_is_told_with_its_cure():
    db = database.connect()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count={pages}")

    with pytest.raises(StoreProblem, match="full") as error, database.transaction(db):
        db.executemany("INSERT INTO reading (ts, topic) VALUES (?, ?)", [(n, "x" * 500) for n in range(500)])
    assert "disk space" in error.value.fix
    assert rows(paths.database(), "SELECT COUNT(*) FROM reading") == [(0,)]


@pytest.mark.slow
def test_many_first_openings_at_once_make_one_database(home, tmp_path):
    """Processes, not threads: they meet in the file system. A file lets all of them start at the same moment."""
    code = (
        "import os, sys, time\n"
        "from kdl.store import database\n"
        "while not os.path.exists(sys.argv[1]): time.sleep(0.001)\n"
        "for _ in range(20): database.connect().close()\n"
    )
    for attempt in range(5):
        go = tmp_path / f"go-{attempt}"
        env = {**os.environ, "KDL_HOME": str(home / str(attempt))}
        openers = [subprocess.Popen([sys.executable, "-c", code, str(go)], env=env) for _ in range(6)]
        time.sleep(0.3)
        go.touch()
        assert [one.wait(60) for one in openers] == [0] * 6
        assert rows(home / str(attempt) / "progress.db", "SELECT COUNT(*) FROM meta WHERE key = 'device_id'") == [(1,)]


@pytest.mark.invariant("quiz", 21)
def test_an_older_database_is_migrated_and_keeps_its_rows(monkeypatch):
    db = database.connect()
    db.execute("INSERT INTO reading (ts, topic) VALUES (1, 'lstm')")
    db.close()
    monkeypatch.setattr(database, "VERSION", database.VERSION + 1)
    monkeypatch.setitem(database.MIGRATIONS, database.VERSION - 1, "ALTER TABLE reading ADD COLUMN note TEXT;\n")

    db = database.connect()

    assert db.execute("SELECT topic, note FROM reading").fetchone()[:] == ("lstm", None)
    assert db.execute("PRAGMA user_version").fetchone()[0] == database.VERSION


def test_the_first_form_gets_the_index_of_the_second(tmp_path):
    """Form 1 had a narrower index of due cards; its rows stay, and its index becomes that of a new database."""
    raw = sqlite3.connect(tmp_path / "old.db")
    raw.executescript(database.schema())
    raw.executescript(
        "DROP INDEX card_due; CREATE INDEX card_due ON card (due_day, card_id) WHERE suspended = 0;"
        "INSERT INTO meta VALUES ('device_id', 'mine'); INSERT INTO card (card_id, item_id, due_day) VALUES ('one', 'one', 7);"
        "PRAGMA user_version = 1"
    )
    raw.close()

    db, new = database.connect(tmp_path / "old.db"), database.connect(tmp_path / "new.db")

    index = "SELECT sql FROM sqlite_master WHERE name = 'card_due'"
    assert db.execute(index).fetchone()[:] == new.execute(index).fetchone()[:]
    assert db.execute("PRAGMA user_version").fetchone()[0] == database.VERSION
    assert [row[:] for row in db.execute("SELECT card_id, due_day FROM card")] == [("one", 7)]


def test_new_ids_are_unique_and_sort_by_time(monkeypatch):
    times = iter(range(1_700_000_000_000, 1_700_000_001_000))
    monkeypatch.setattr(database, "now_ms", lambda: next(times))

    ids = [database.new_id() for _ in range(1000)]

    assert len(set(ids)) == 1000
    assert sorted(ids) == ids


@pytest.mark.invariant("quiz", 21)
def test_a_full_disk_while_migrating_is_told_as_such_and_nothing_is_changed():
    """SQLite has rolled back by itself then; a second ROLLBACK would hide why."""
    db = database.connect()
    with database.transaction(db):
        db.executemany(
            "INSERT INTO card (card_id, item_id, due_day) VALUES (?1, ?1, ?2)", [(f"c{n}", n) for n in range(20_000)]
        )
    db.execute("PRAGMA user_version=1")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    program = (
        "import resource, signal\n"
        "from kdl.errors import StoreProblem\nfrom kdl.store import database\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"  # bytes of a file; the migration writes more
        "try: database.connect()\nexcept StoreProblem as error: print(error.what, error.fix)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout

    assert "cannot be used: disk I/O error. Check that the disk has room" in said, said
    assert rows(paths.database(), "PRAGMA user_version") == [(1,)]
    assert rows(paths.database(), "SELECT count(*) FROM card") == [(20_000,)]
