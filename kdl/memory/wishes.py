"""What the learner has set for himself, or the default of it."""

from __future__ import annotations

import sqlite3

from kdl.memory import queue, scheduler
from kdl.store import settings


def retention(db: sqlite3.Connection) -> float:
    """The share that is to be recalled."""
    return settings.read(db, settings.RETENTION, scheduler.DESIRED_RETENTION)


def max_due(db: sqlite3.Connection) -> int:
    """The most repetitions of a day."""
    return settings.read(db, settings.MAX_DUE, queue.MAX_DUE)
