"""A backup holds everything, a restore believes nothing, and the old home is always kept."""

import contextlib
import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kdl import paths
from kdl.errors import EnvironmentProblem, KdlError, NothingToDo, StoreProblem, UsageProblem
from kdl.memory import ledger
from kdl.memory.study_day import Moment
from kdl.store import backup, database, merge, restore

DAY = 739_000


def answer(count=3, card="lstm"):
    db = database.connect()
    for number in range(count):
        ledger.record(db, card, 3, Moment((DAY + number - 719_163) * 86_400_000, 0, DAY + number), session_id="s")
    logs = merge.every(db)
    db.close()
    return logs


def logs():
    with contextlib.closing(database.connect()) as db:
        assert ledger.audit(db) == []
        return merge.every(db)


@pytest.fixture
def lived(home):
    """A home with answers, a workspace file and a run; returns the logs."""
    (paths.made(paths.workspace() / "lstm-cell") / "lstm_cell.py").write_text("x = 1\n")
    (paths.made(paths.runs() / "r1") / "run.json").write_text("{}")
    return answer()


# ---- there and back --------------------------------------------------------------------------------------------------


def test_a_restored_home_is_the_one_backed_up_and_the_old_one_is_kept(lived, tmp_path):
    kept = backup.write(tmp_path / "b.zip")
    later = answer(2, "gru")
    found, old = restore.restore(tmp_path / "b.zip")

    assert (kept.reviews, kept.files, kept.runs) == (found.reviews, found.files, found.runs) == (3, 2, False)
    assert logs() == lived
    assert (paths.workspace() / "lstm-cell" / "lstm_cell.py").read_text() == "x = 1\n"
    assert (paths.runs() / "r1" / "run.json").exists(), "what the backup does not hold moves over"
    assert old.parent == paths.home().parent and old.name.startswith(f"{paths.home().name}.before-restore-")
    with contextlib.closing(database.connect(old / "progress.db")) as db:
        assert merge.every(db) == later


def test_runs_travel_on_request_and_to_another_machine(lived, tmp_path, monkeypatch):
    backup.write(tmp_path / "b.zip", runs=True)
    monkeypatch.setenv("KDL_HOME", str(tmp_path / "new" / "home"))
    kept, old = restore.restore(tmp_path / "b.zip")

    assert old is None and kept.runs and logs() == lived
    assert (paths.runs() / "r1" / "run.json").read_text() == "{}"


def test_the_runs_of_a_backup_stand_in_the_place_of_those_that_are_here(lived, tmp_path):
    backup.write(tmp_path / "b.zip", runs=True)
    paths.made(paths.runs() / "r2")
    _, old = restore.restore(tmp_path / "b.zip")

    assert [path.name for path in paths.runs().iterdir()] == ["r1"] and (old / "runs" / "r2").is_dir()


def test_a_backup_is_consistent_while_another_process_answers(home, tmp_path):
    """The copy is of one moment: its cards are what its log says, whatever is written meanwhile."""
    answer(1)
    code = (
        "from kdl.memory import ledger\nfrom kdl.memory.study_day import Moment\nfrom kdl.store import database\n"
        "db = database.connect()\nprint('go', flush=True)\n"
        f"for n in range(400): ledger.record(db, f'q{{n % 50}}', 3, Moment(n, 0, {DAY} + n // 50), session_id='s')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ}) as writer:
        writer.stdout.readline()
        for number in range(5):
            backup.write(tmp_path / f"{number}.zip")
        writer.wait(60)
    assert len(logs().reviews) == 401
    for number in range(5):
        restore.restore(tmp_path / f"{number}.zip")
        logs()


@pytest.mark.invariant("quiz", 21)
def test_an_older_form_is_brought_up_and_a_newer_one_refused(lived, tmp_path, monkeypatch):
    """Invariant 21."""
    backup.write(tmp_path / "b.zip")
    with monkeypatch.context() as newer:
        newer.setattr(database, "VERSION", database.VERSION + 1)
        newer.setitem(database.MIGRATIONS, database.VERSION - 1, "ALTER TABLE reading ADD COLUMN note TEXT;\n")
        restore.restore(tmp_path / "b.zip")
        assert logs() == lived
        backup.write(tmp_path / "newer.zip")
    with pytest.raises(StoreProblem, match="newer kdl"):
        restore.restore(tmp_path / "newer.zip")


def test_nothing_to_back_up(tmp_path):
    with pytest.raises(NothingToDo):
        backup.write(tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_a_file_that_is_there_is_kept_unless_told(lived, tmp_path):
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(UsageProblem, match="there already"):
        backup.write(tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"
    backup.write(tmp_path / "b.zip", force=True)
    assert zipfile.is_zipfile(tmp_path / "b.zip")


def test_a_damaged_database_is_not_backed_up(lived, tmp_path):
    with sqlite3.connect(paths.database()) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'review_card'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    with paths.database().open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 60)
    with pytest.raises(StoreProblem) as error:
        backup.write(tmp_path / "b.zip")
    assert error.value.fix and not (tmp_path / "b.zip").exists() and [*tmp_path.glob(".b.zip*")] == []


def test_a_folder_that_cannot_be_written_is_one_error(lived, tmp_path):
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        backup.write(tmp_path / "missing" / "b.zip")


def test_a_restore_waits_for_nobody_who_is_at_work(lived, tmp_path):
    """A session that is open would go on writing into the folder that was put aside."""
    backup.write(tmp_path / "b.zip")
    with contextlib.closing(database.connect()) as session:
        session.execute("SELECT count(*) FROM review").fetchone()
        with pytest.raises(StoreProblem, match="Another kdl is at work"):
            restore.restore(tmp_path / "b.zip")
    assert [*paths.home().parent.glob("*before-restore*")] == [] and logs() == lived


def test_a_damaged_home_is_no_obstacle(lived, tmp_path):
    backup.write(tmp_path / "b.zip")
    paths.database().write_bytes(b"this is no database at all, " * 40)
    for extra in ("-wal", "-shm"):
        Path(f"{paths.database()}{extra}").unlink(missing_ok=True)
    _, old = restore.restore(tmp_path / "b.zip")

    assert logs() == lived and (old / "progress.db").read_bytes().startswith(b"this is no database")


def test_a_rename_that_fails_puts_the_old_home_back(lived, tmp_path, monkeypatch):
    backup.write(tmp_path / "b.zip")
    real = os.replace

    def fails(source, target):
        if Path(source).name.startswith("."):
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        restore.restore(tmp_path / "b.zip")
    monkeypatch.undo()
    monkeypatch.setenv("KDL_HOME", str(paths.home()) if "KDL_HOME" in os.environ else str(tmp_path / "kdl-home"))
    assert logs() == lived and [*paths.home().parent.glob(".kdl-home*")] == []


# ---- hostile archives ------------------------------------------------------------------------------------------------


def remade(source, target, *, members=None, manifest=None, drop=()):
    """A copy of an archive with other members; the manifest is made to fit unless it is given."""
    with zipfile.ZipFile(source) as old:
        said = json.loads(old.read("manifest.json"))
        files = {name: old.read(name) for name in old.namelist() if name != "manifest.json" and name not in drop}
    for info, data in members or []:
        name = info if isinstance(info, str) else info.filename
        said["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        files.pop(name, None)
    said["files"] = {name: one for name, one in said["files"].items() if name not in drop}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in files.items():
            new.writestr(name, data)
        for info, data in members or []:
            new.writestr(info, data, zipfile.ZIP_DEFLATED)
        new.writestr("manifest.json", json.dumps(manifest(said) if manifest else said))
    return target


def refuse(archive, before):
    """The one error; nothing was changed, nothing was left lying about, nothing was written outside."""
    everything = sorted(paths.home().parent.rglob("*"))
    with pytest.raises(KdlError) as error:
        restore.restore(archive)
    assert error.value.exit_code == 4
    assert logs() == before
    left = {path for path in paths.home().parent.rglob("*") if path.suffix not in (".db-wal", ".db-shm")}
    assert left <= set(everything)
    return error.value


def link(name, target):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


@pytest.mark.parametrize(
    "member",
    [
        ("../evil.txt", b"x"),
        ("/tmp/evil.txt", b"x"),
        ("workspace/../../evil.txt", b"x"),
        ("workspace/a/../../../evil.txt", b"x"),
        ("workspace\\..\\..\\evil.txt", b"x"),
        ("C:/evil.txt", b"x"),
        ("workspace//evil.txt", b"x"),
        ("workspace/./evil.txt", b"x"),
        ("workspace/a:stream", b"x"),
        ("workspace/\x1b[31m", b"x"),
        ("workspace/folder/", b""),
        ("other.txt", b"x"),
        ("logs/x", b"x"),
        ("progress.db-wal", b"x"),
        link("workspace/link", b"/etc/passwd"),
        link("progress.db", b"/etc/passwd"),
    ],
    ids=lambda member: repr(member[0] if isinstance(member[0], str) else member[0].filename)[:40],
)
def test_a_name_that_leads_outside_is_refused(lived, tmp_path, member):
    backup.write(tmp_path / "b.zip")

    assert refuse(remade(tmp_path / "b.zip", tmp_path / "evil.zip", members=[member]), lived).why


def test_a_bomb_is_refused_before_it_is_unpacked(lived, tmp_path, monkeypatch):
    backup.write(tmp_path / "b.zip")
    bomb = remade(tmp_path / "b.zip", tmp_path / "bomb.zip", members=[("workspace/zeros", bytes(restore.MUCH + 1))])
    monkeypatch.setattr(restore, "_extract", lambda *args: pytest.fail("it was unpacked"))

    assert "would swell" in refuse(bomb, lived).why


def test_a_size_that_lies_is_refused(lived, tmp_path):
    backup.write(tmp_path / "b.zip")

    def smaller(said):
        said["files"]["workspace/lstm-cell/lstm_cell.py"]["size"] = 1
        return said

    assert "another size" in refuse(remade(tmp_path / "b.zip", tmp_path / "x.zip", manifest=smaller), lived).why


def test_more_than_the_disk_holds_is_refused(lived, tmp_path, monkeypatch):
    backup.write(tmp_path / "b.zip")
    monkeypatch.setattr(restore.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10}))

    assert "no room" in refuse(tmp_path / "b.zip", lived).what


@pytest.mark.parametrize(
    "manifest",
    [
        lambda said: [],
        lambda said: {**said, "schema": "other/1"},
        lambda said: {**said, "database": "1"},
        lambda said: {**said, "files": {}},
        lambda said: {**said, "files": {"progress.db": 5}},
        lambda said: {**said, "files": {**said["files"], "workspace/ghost": {"size": 1, "sha256": "x"}}},
        lambda said: {name: value for name, value in said.items() if name != "created"},
    ],
    ids=["a list", "other", "text", "no files", "no record", "a ghost", "no date"],
)
def test_a_manifest_that_does_not_fit_is_refused(lived, tmp_path, manifest):
    backup.write(tmp_path / "b.zip")
    refuse(remade(tmp_path / "b.zip", tmp_path / "x.zip", manifest=manifest), lived)


def test_newer_backups_are_refused_as_such(lived, tmp_path):
    backup.write(tmp_path / "b.zip")
    for change in ({"schema": "kdl.backup/2"}, {"database": database.VERSION + 1}):
        archive = remade(tmp_path / "b.zip", tmp_path / "x.zip", manifest=lambda said, change=change: said | change)
        assert "newer kdl" in refuse(archive, lived).what


def test_a_database_is_looked_through(lived, tmp_path):
    backup.write(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        good = archive.read("progress.db")

    def with_database(change):
        path = tmp_path / "changed.db"
        path.write_bytes(good)
        change(path)
        return remade(tmp_path / "b.zip", tmp_path / "x.zip", members=[("progress.db", path.read_bytes())])

    def run(script):
        def change(path):
            with contextlib.closing(sqlite3.connect(path)) as db:
                db.executescript(script)

        return change

    trigger = "CREATE TRIGGER t AFTER INSERT ON review BEGIN DELETE FROM review; END;"
    cases = {
        "would run code": run(trigger),
        "lacks review": run("DROP TABLE review;"),
        "lacks event.detail": run("ALTER TABLE event RENAME COLUMN detail TO other;"),
        "names no device": run("DELETE FROM meta;"),
        "not made by kdl": lambda path: path.write_bytes(b""),
        "cannot be used": lambda path: path.write_bytes(b"no database" * 500),
    }
    for said, change in cases.items():
        assert said in refuse(with_database(change), lived).why, said


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"plain text", b"PK\x03\x04" + b"\xff" * 400], ids=range(4))
def test_what_is_no_archive_is_refused(lived, tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    refuse(tmp_path / "x.zip", lived)


def test_a_file_that_is_not_there_is_one_error(lived, tmp_path):
    assert "cannot be read" in refuse(tmp_path / "none.zip", lived).what


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8), st.floats(0.5, 1))
def test_a_mutated_archive_restores_the_same_or_is_refused(lived, tmp_path, changes, cut):
    """Bytes changed anywhere, and the end cut off now and then: the same answers, or one error and nothing changed."""
    if not (tmp_path / "b.zip").exists():
        backup.write(tmp_path / "b.zip")
    data = bytearray((tmp_path / "b.zip").read_bytes())
    for place, value in changes:
        data[int(place * (len(data) - 1))] = value
    (tmp_path / "m.zip").write_bytes(data[: len(data) if cut < 0.9 else int(len(data) * cut)])
    try:
        restore.restore(tmp_path / "m.zip")
    except KdlError as error:
        assert error.exit_code == 4
    assert logs() == lived
