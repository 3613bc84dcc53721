"""kill -9 at any point leaves the old or the new state: of the learner's files, and of the log."""

import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from kdl.grade import workspace
from kdl.store import attempts, database
from kdl.store.attempts import Attempt

# Dies at the n-th call that touches the disk; n counts up until there is no such call any more.
DIES = """
import builtins, os, pathlib, signal, sys
from pathlib import Path
from kdl.grade import exercise, workspace
toy, act, left = exercise.read(Path(sys.argv[1])), getattr(workspace, sys.argv[2]), int(sys.argv[3])

def mortal(function):
    def call(*args, **how):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **how)
    return call

for name in ("replace", "link", "fsync", "unlink", "mkdir", "rename"):
    setattr(os, name, mortal(getattr(os, name)))
builtins.open = mortal(open)
pathlib.Path.write_text = mortal(pathlib.Path.write_text)
act(toy)
"""


def died(toy, act: str, calls: int) -> bool:
    done = subprocess.run([sys.executable, "-c", DIES, str(toy.path), act, str(calls)], capture_output=True, text=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def every_death(toy, act: str):
    """Run `act` in processes that die one call later each time; yields after each of them."""
    for calls in range(100):
        alive = not died(toy, act, calls)
        yield calls
        if alive:
            assert calls > 3, "it touched the disk only so often?"
            return
    raise AssertionError("it never ended")


@pytest.mark.invariant("exercise", 14)
@pytest.mark.slow
def test_a_reset_that_is_killed_loses_nothing_that_was_written(toy):
    path, stub = workspace.start(toy), toy.read("stub.py")
    written = ["text 0"]
    path.write_text(written[-1])
    for n in every_death(toy, "reset"):
        kept = {one.read_text() for one in path.parent.glob("submission*.py") if ".tmp" not in one.name}
        assert {*written} <= kept, "in the file itself or in one of its backups"
        assert path.read_text() in (written[-1], stub), "the old file or the new one, whole"
        if path.read_text() == stub:
            written.append(f"text {n + 1}")
            path.write_text(written[-1])
    assert len(written) > 1


@pytest.mark.invariant("exercise", 14)
@pytest.mark.slow
def test_a_start_that_is_killed_leaves_whole_files_and_can_be_repeated(toy):
    path = workspace.submission(toy)
    for _ in every_death(toy, "start"):
        for name, wanted in (("submission.py", "stub.py"), ("README.md", "statement.md")):
            if (path.parent / name).exists():
                assert (path.parent / name).read_text() == toy.read(wanted)
        for one in path.parent.glob("*.[mp]*"):
            one.unlink()
    assert workspace.start(toy).read_text() == toy.read("stub.py")


WRITES = """
from kdl.store import attempts, database
db = database.connect()
for n in range(10**6):
    attempts.append(db, attempts.Attempt("check", "toy", 1, status="fail", seed=n))
    print(n, flush=True)
"""


@pytest.mark.invariant("exercise", 14)
@pytest.mark.slow
def test_a_writer_that_is_killed_keeps_every_attempt_that_it_told(home):
    """Killed in the middle of whatever it does after some line: each row that was announced is there, the file is sound."""
    before = 0
    for lines in (1, 2, 7, 20):
        process = subprocess.Popen([sys.executable, "-c", WRITES], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        told = [int(process.stdout.readline()) for _ in range(lines)]
        process.kill()
        told += [int(line) for line in process.stdout.read().splitlines()]
        process.wait()
        process.stdout.close()
        db = database.connect()
        rows = attempts.log(db)[before:]
        assert [row.seed for row in rows[: len(told)]] == told == list(range(len(told)))
        assert len(rows) - len(told) in (0, 1), "the one that was written and not yet told"
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        before += len(rows)
        db.close()


@pytest.mark.invariant("exercise", 14)
def test_a_log_of_a_newer_kdl_is_refused_and_not_touched(home):
    from kdl import paths
    from kdl.errors import StoreProblem

    db = database.connect()
    attempts.append(db, Attempt("start", "toy", 1))
    db.execute(f"PRAGMA user_version={database.VERSION + 1}")
    db.close()
    before = paths.database().read_bytes()
    with pytest.raises(StoreProblem, match="newer kdl"):
        database.connect()
    assert paths.database().read_bytes() == before
    with sqlite3.connect(paths.database()) as raw:
        assert raw.execute("SELECT COUNT(*) FROM attempt").fetchone()[0] == 1
