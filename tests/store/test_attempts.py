"""The log of exercises: append-only, and every state follows from it."""

import pytest

from kdl.store import attempts, database
from kdl.store.attempts import Attempt


def row(kind, **what):
    return Attempt(kind, "lstm-cell", what.pop("version", 1), **what)


START, STUB, FAIL, PASS = (
    row("start"),
    row("check", status="stub"),
    row("check", status="fail"),
    row("check", status="pass"),
)
STATES = {
    "new": [],
    "started": [START],
    "started by a reset": [row("reset")],
    "attempted": [START, FAIL],
    "attempted with the stub": [START, STUB],
    "mastered": [START, row("hint", hint_level=2), FAIL, PASS],
    "solved after hint 3": [START, row("hint", hint_level=3), PASS],
    "solved after the solution": [START, FAIL, row("reveal"), PASS],
    "mastered, whatever comes later": [START, PASS, row("reveal"), row("hint", hint_level=3), FAIL],
    "attempted: a pass of another version": [START, row("check", status="pass", version=2)],
}


@pytest.mark.parametrize("name", STATES)
def test_the_state_follows_from_the_log(name):
    assert attempts.state_of(STATES[name], 1) == name.split()[0].rstrip(",:")


def test_rows_come_back_in_order_and_are_only_ever_added(home):
    db = database.connect()
    written = [
        START,
        row("check", status="fail", submission_sha256="ab", seed=3, score=4, max_score=10, step="cell", ms=120),
        PASS,
    ]
    ids = [attempts.append(db, one) for one in written]
    attempts.append(db, Attempt("start", "other", 1))
    assert len(set(ids)) == 3
    assert attempts.log(db, "lstm-cell") == written
    assert len(attempts.log(db)) == 4
    assert attempts.state(db, "lstm-cell", 1) == "mastered"
    db.close()


def test_states_of_many_exercises_in_one_reading(home):
    from types import SimpleNamespace

    db = database.connect()
    attempts.append(db, FAIL)
    many = [SimpleNamespace(id="lstm-cell", version=1), SimpleNamespace(id="gru-cell", version=1)]
    assert attempts.states(db, many) == {"lstm-cell": "attempted", "gru-cell": "new"}
    db.close()


def test_an_unknown_kind_is_refused_by_the_database(home):
    from kdl.errors import StoreProblem

    db = database.connect()
    with pytest.raises(StoreProblem):
        attempts.append(db, Attempt("cheat", "lstm-cell", 1))
    assert attempts.log(db) == []
    db.close()


@pytest.mark.invariant("exercise", 14)
@pytest.mark.slow
def test_two_processes_at_once_lose_no_attempt(home):
    import os
    import subprocess
    import sys

    code = (
        "from kdl.store import attempts, database\n"
        "db = database.connect()\n"
        "for n in range(40): attempts.append(db, attempts.Attempt('check', 'lstm-cell', 1, status='fail', seed=n))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code], env=dict(os.environ)) for _ in range(2)]
    assert [one.wait(60) for one in writers] == [0, 0]
    db = database.connect()
    assert len(attempts.log(db)) == 80
    db.close()
