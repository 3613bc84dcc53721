"""The append-only log of what happens to exercises: start, check, hint, reveal, reset. Everything else is read from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from kdl.store import database

OPEN, SOLVED = ("started", "attempted"), ("solved", "mastered")
STATES = ("new", *OPEN, *SOLVED)
LAST_HINT = 3


@dataclass(frozen=True)
class Attempt:
    """One row of the log.

    `status` is that of a check: pass, fail, error, or stub for a file in which nothing was written. `step` is that of a
    hint; of a check, the first step that did not pass. `ms` is how long a check took.
    """

    kind: str  # start, check, hint, reveal or reset
    exercise: str
    exercise_version: int
    submission_sha256: str | None = None
    seed: int | None = None
    status: str | None = None
    score: int | None = None
    max_score: int | None = None
    step: str | None = None
    hint_level: int | None = None
    ms: int | None = None


_COLUMNS = tuple(field.name for field in fields(Attempt))


def append(db: sqlite3.Connection, attempt: Attempt) -> str:
    """Write one row; on return it is on the disk. Returns the row's uuid."""
    uuid = database.new_id()
    names = ("uuid", "ts", "device_id", *_COLUMNS)
    row = (uuid, database.now_ms(), database.device_id(db), *asdict(attempt).values())
    with database.transaction(db):
        db.execute(f"INSERT INTO attempt ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", row)
    return uuid


def log(db: sqlite3.Connection, exercise: str | None = None) -> list[Attempt]:
    """The log of one exercise, or of all, oldest first."""
    with database.explained():
        rows = db.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM attempt WHERE ?1 IS NULL OR exercise = ?1 ORDER BY seq", (exercise,)
        ).fetchall()
    return [Attempt(*row) for row in rows]


def newest(db: sqlite3.Connection, exercise: str, kind: str) -> int:
    """The time of the newest row of a kind, in ms; 0 where there is none."""
    row = db.execute("SELECT max(ts) FROM attempt WHERE exercise = ? AND kind = ?", (exercise, kind)).fetchone()
    return row[0] or 0


def state(db: sqlite3.Connection, exercise: str, version: int) -> str:
    """new, started, attempted, solved or mastered; see `state_of`."""
    return state_of(log(db, exercise), version)


def states(db: sqlite3.Connection, exercises: Iterable) -> dict[str, str]:
    """Exercise id -> state, with one reading of the log.

    Args:
        exercises: anything with `id` and `version`.
    """
    logs: dict[str, list[Attempt]] = {}
    for row in log(db):
        logs.setdefault(row.exercise, []).append(row)
    return {one.id: state_of(logs.get(one.id, []), one.version) for one in exercises}


def state_of(rows: Sequence[Attempt], version: int) -> str:
    """What the log of one exercise says.

    solved: a full score on `version`. mastered: solved, and before the first such pass neither the last hint nor the
    solution was shown. A file that is broken again later takes nothing away.
    """
    helped = False
    for row in rows:
        helped |= row.kind == "reveal" or (row.kind == "hint" and row.hint_level >= LAST_HINT)
        if row.kind == "check" and row.status == "pass" and row.exercise_version == version:
            return "solved" if helped else "mastered"
    if any(row.kind == "check" for row in rows):
        return "attempted"
    return "started" if any(row.kind in ("start", "reset") for row in rows) else "new"


def failures(rows: Sequence[Attempt]) -> list[Attempt]:
    """The checks that did not pass; one of an untouched stub ("stub") is no try."""
    return [row for row in rows if row.kind == "check" and row.status not in ("pass", "stub")]


def hint_level(rows: Sequence[Attempt], step: str) -> int:
    """The highest level of hint shown for a step; 0 for none."""
    return max((row.hint_level for row in rows if row.kind == "hint" and row.step == step), default=0)


def last_check(rows: Sequence[Attempt]) -> Attempt | None:
    return next((row for row in reversed(rows) if row.kind == "check"), None)
