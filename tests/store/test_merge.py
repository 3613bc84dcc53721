"""Two logs become one, and migrations keep every row."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdl.errors import StoreProblem
from kdl.memory import ledger
from kdl.memory.study_day import Moment
from kdl.store import database, merge, parameter_sets, reviews
from kdl.store.merge import Logs
from kdl.store.parameter_sets import ParameterSet

DAY, DAY_MS = 739_000, 86_400_000


def at(days):
    return Moment((DAY + days - 719_163) * DAY_MS + 43_200_000, 0, DAY + days)


@pytest.fixture
def device(tmp_path):
    """A function: name -> the open database of that device."""
    opened = []

    def open_(name):
        db = database.connect(tmp_path / f"{name}.db")
        db.execute("PRAGMA synchronous=OFF")
        opened.append(db)
        return db

    yield open_
    for db in opened:
        db.close()


def union(db, logs):
    with database.transaction(db):
        return merge.union(db, logs)


@pytest.mark.invariant("quiz", 4)
def test_a_union_adds_what_is_missing_and_only_once(device):
    """Invariant 4: importing twice changes nothing."""
    here, there = device("here"), device("there")
    ledger.record(here, "one", 3, at(0), session_id="s")
    ledger.record(there, "two", 3, at(1), session_id="s")
    ledger.mark(there, "flag", "two", at(1))
    logs = merge.every(there)

    assert union(here, logs) == merge.Merged(1, 1, 0)
    before = merge.every(here)
    assert union(here, logs) == merge.Merged(0, 0, 0)
    assert merge.every(here) == before and len(before.reviews) == 2


def test_a_uuid_that_stands_for_two_rows_is_refused_and_nothing_is_stored(device):
    here, there = device("here"), device("there")
    row = ledger.record(here, "one", 3, at(0), session_id="s")
    ledger.record(there, "two", 3, at(1), session_id="s")
    forged = Logs([*merge.every(there).reviews, replace(row, rating=1)], [], [])
    before = merge.every(here)

    with pytest.raises(merge.Conflict, match=f"review {row.uuid}"):
        union(here, forged)
    assert merge.every(here) == before


def test_a_parameter_set_travels_once_and_may_not_change(device):
    here, there = device("here"), device("there")
    one = ParameterSet(7, 1, "d", "[1.0]", 100, 0.4, 0.3)
    with database.transaction(there):
        parameter_sets.add(there, one)

    assert union(here, merge.every(there)).weights == 1
    assert union(here, merge.every(there)).weights == 0
    with pytest.raises(merge.Conflict, match="parameter set 7"):
        union(here, Logs(weights=[replace(one, weights="[2.0]")]))


def test_an_undo_takes_back_an_answer_of_this_device_though_others_arrived_later(device):
    here, there = device("here"), device("there")
    mine = ledger.record(here, "one", 3, at(5), session_id="s")
    ledger.record(there, "two", 3, at(0), session_id="s")
    union(here, merge.every(there))

    assert ledger.undo(here, at(6)).uuid == mine.uuid
    assert ledger.undo(here, at(6)) is None


@pytest.mark.slow
@pytest.mark.invariant("quiz", 21)
def test_two_processes_that_write_at_once_lose_nothing(tmp_path):
    """Invariant 21: one process answers while the other merges a log in; both logs are whole and the cards agree."""
    other = database.connect(tmp_path / "other.db")
    for number in range(60):
        ledger.record(other, f"their{number % 7}", 3, at(number), session_id="t")
    other.close()
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from kdl.memory import ledger\nfrom kdl.memory.study_day import Moment\n"
        "from kdl.store import database, merge\n"
        "db = database.connect()\n"
        "if sys.argv[1] == 'answer':\n"
        "    for n in range(60):\n"
        f"        ledger.record(db, f'my{{n % 7}}', 3, Moment(({DAY} + n - 719163) * 86400000, 0, {DAY} + n), session_id='m')\n"
        "else:\n"
        "    logs = merge.every(database.connect(Path(sys.argv[2])))\n"
        "    for n in range(0, 60, 5):\n"
        "        with database.transaction(db):\n"
        "            merge.union(db, merge.Logs(logs.reviews[n:n + 5]))\n"
        "            ledger.refill(db)\n"
    )
    env = {**os.environ, "KDL_HOME": str(tmp_path / "home")}
    running = [
        subprocess.Popen([sys.executable, "-c", program, how, str(tmp_path / "other.db")], env=env)
        for how in ("answer", "merge", "answer")
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]

    db = database.connect(tmp_path / "home" / "progress.db")
    names = [row.card_id[:2] for row in reviews.reviews(db)]
    assert (names.count("my"), names.count("th")) == (120, 60)
    assert ledger.audit(db) == []
    db.close()


# ---- migrations ------------------------------------------------------------------------------------------------------

STEPS = {
    "a new column": "ALTER TABLE review ADD COLUMN note TEXT;\n",
    "a new table and index": "CREATE TABLE extra (a TEXT);\nCREATE INDEX extra_a ON extra (a);\n",
    "a rebuilt table": (
        "CREATE TABLE review_new AS SELECT * FROM review;\nDROP TABLE review;\nALTER TABLE review_new RENAME TO review;\n"
    ),
    "a thrown away cache": "DELETE FROM card;\n",
}


# From form n + 1 back to form n: what `database.MIGRATIONS[n]` undoes.
BACK = {1: "DROP INDEX card_due;\nCREATE INDEX card_due ON card (due_day, card_id) WHERE suspended = 0;\n"}


def kept(db):
    """What a migration must not lose: the logs, and the cards as they are, not as a rebuild would make them."""
    return merge.every(db), reviews.cards(db)


def form(db):
    """The tables and indexes."""
    return sorted(tuple(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master"))


def written(path, version=database.VERSION):
    """A database of an older form, with a history in which everything happens that can happen to a card."""
    db = database.connect(path)
    for number in range(20):
        ledger.record(db, f"q{number % 4}", 1 + number % 4, at(number), session_id="s")
    ledger.undo(db, at(20))
    ledger.mark(db, "suspend", "q0", at(20))
    ledger.mark(db, "bury", "q1", at(20), detail=str(DAY + 25))
    ledger.mark(db, "flag", "q2", at(20))
    ledger.move(db, "q3", "moved", at(20))
    for older in range(database.VERSION - 1, version - 1, -1):
        db.executescript(BACK[older] + f"PRAGMA user_version={older};")
    found = kept(db)
    db.close()
    return found


@pytest.mark.parametrize("version", range(1, database.VERSION))
@pytest.mark.invariant("quiz", 21)
def test_every_older_form_becomes_that_of_today_and_keeps_logs_and_cards(version, tmp_path):
    """Invariant 21, for every older form there is."""
    before = written(tmp_path / "x.db", version)
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as raw:
        assert raw.execute("PRAGMA user_version").fetchone()[0] == version
        old = form(raw)
    fresh, db = database.connect(tmp_path / "fresh.db"), database.connect(tmp_path / "x.db")

    assert kept(db) == before and {card.card_id for card in before[1].values() if card.suspended} == {"q0"}
    assert old != form(db) == form(fresh) and db.execute("PRAGMA user_version").fetchone()[0] == database.VERSION
    assert ledger.audit(db) == []
    fresh.close()
    db.close()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.invariant("quiz", 21)
def test_a_migration_keeps_every_review(step, tmp_path, monkeypatch):
    """Invariant 21, for the shapes that a migration can have."""
    logs, cards = written(tmp_path / "x.db")
    monkeypatch.setitem(database.MIGRATIONS, database.VERSION, STEPS[step])
    monkeypatch.setattr(database, "VERSION", database.VERSION + 1)
    db = database.connect(tmp_path / "x.db")

    assert db.execute("PRAGMA user_version").fetchone()[0] == database.VERSION
    assert merge.every(db) == logs
    assert reviews.cards(db) == ({} if "DELETE FROM card" in STEPS[step] else cards)
    ledger.rebuild(db)
    assert reviews.cards(db) == cards and ledger.audit(db) == []
    db.close()


BROKEN = ["DELETE FROM review;\nINSERT INTO nowhere VALUES (1);\n", "DROP TABLE review;\nnonsense;\n"]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_migration_that_fails_changes_nothing(broken, tmp_path, monkeypatch):
    before = written(tmp_path / "x.db")
    version = database.VERSION
    with monkeypatch.context() as patch:
        patch.setitem(database.MIGRATIONS, version, broken)
        patch.setattr(database, "VERSION", version + 1)
        with pytest.raises(StoreProblem):
            database.connect(tmp_path / "x.db")

    db = database.connect(tmp_path / "x.db")
    assert db.execute("PRAGMA user_version").fetchone()[0] == version and kept(db) == before
    db.close()


@pytest.mark.invariant("quiz", 21)
def test_a_newer_form_is_refused_and_not_a_byte_is_changed(tmp_path):
    """Invariant 21."""
    written(tmp_path / "x.db")
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute(f"PRAGMA user_version={database.VERSION + 1}")
    raw.close()
    before = (tmp_path / "x.db").read_bytes()

    with pytest.raises(StoreProblem, match="newer kdl"):
        database.connect(tmp_path / "x.db")
    assert (tmp_path / "x.db").read_bytes() == before


# ---- a damaged file --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=40)), min_size=1, max_size=6), st.floats(0, 1))
@pytest.mark.invariant("quiz", 21)
def test_a_mutated_database_is_read_or_refused_in_one_error(tmp_path, changes, cut):
    """Invariant 21: bytes changed anywhere, the end cut off now and then: never another exception than a StoreProblem."""
    path = tmp_path / "x.db"
    if not (tmp_path / "good.db").exists():
        written(path)
        with contextlib.closing(sqlite3.connect(path)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path.rename(tmp_path / "good.db")
    data = bytearray((tmp_path / "good.db").read_bytes())
    for place, piece in changes:
        start = int(place * (len(data) - 1))
        data[start : start + len(piece)] = piece
    for extra in ("", "-wal", "-shm"):
        (tmp_path / f"x.db{extra}").unlink(missing_ok=True)
    path.write_bytes(data[: int(len(data) * cut)] if cut < 0.2 else data)
    before = path.read_bytes()
    try:
        db = database.connect(path)
    except StoreProblem as error:
        assert error.fix and (path.read_bytes() == before or before[:1] == b"")
        return
    with contextlib.closing(db):
        try:
            with database.explained(path):
                ledger.audit(db)
        except StoreProblem as error:
            assert error.fix


@pytest.mark.parametrize("damage", ["rating = 9", "rating = 'x'", "study_day = 'soon'", "ts = 'now'"])
def test_a_row_that_no_kdl_wrote_is_one_error(damage, tmp_path):
    written(tmp_path / "x.db")
    with contextlib.closing(database.connect(tmp_path / "x.db")) as db:
        db.execute("PRAGMA ignore_check_constraints=ON")
        db.execute(f"UPDATE review SET {damage} WHERE seq = 3")
        for look in (ledger.audit, ledger.rebuild):
            with pytest.raises(StoreProblem, match="cannot be replayed") as error:
                look(db)
            assert "kdl restore" in error.value.fix
