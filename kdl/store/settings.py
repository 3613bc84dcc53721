"""What the learner has set, kept in the table `meta`: the desired retention, the day's most reviews, the weights in use."""

from __future__ import annotations

import sqlite3

RETENTION, MAX_DUE, PARAM_SET = "desired_retention", "max_due", "param_set"


def read(db: sqlite3.Connection, name: str, default: float) -> float:
    """A number that was set, in the type of its default."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
    return default if row is None else type(default)(row[0])


def write(db: sqlite3.Connection, name: str, value: float) -> None:
    """Set a number; the caller commits where it has opened a transaction."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, str(value)))
