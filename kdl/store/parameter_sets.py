"""Weights of the scheduler that were learned from the log. A set is never changed; a review names the one that it used."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from kdl.store import settings


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """`weights` as JSON; the two log-losses were measured on later answers than those that it was trained on."""

    id: int
    ts: int
    device_id: str
    weights: str
    reviews: int
    log_loss_before: float
    log_loss_after: float

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(json.loads(self.weights))


def as_json(weights: Sequence[float]) -> str:
    """How weights are kept: every digit comes back."""
    return json.dumps(list(weights))


def id_of(weights: Sequence[float]) -> int:
    """The same number on every device, so that logs which name it can be merged; never 0, which means the defaults."""
    digest = hashlib.sha256(as_json(weights).encode()).digest()
    return int.from_bytes(digest[:6], "big") + 1


def add(db: sqlite3.Connection, one: ParameterSet) -> None:
    """Keep a set; one that is there already stays as it is. Inside the caller's transaction."""
    db.execute("INSERT OR IGNORE INTO param_set VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(one))


def every(db: sqlite3.Connection) -> list[ParameterSet]:
    """All sets, oldest first."""
    return [ParameterSet(*row) for row in db.execute("SELECT * FROM param_set ORDER BY ts, id")]


def weights(db: sqlite3.Connection) -> dict[int, tuple[float, ...] | None]:
    """Id -> weights of all sets; 0 are the scheduler's defaults."""
    return {0: None, **{one.id: one.values for one in every(db)}}


def active(db: sqlite3.Connection) -> tuple[int, tuple[float, ...] | None]:
    """The set in use: its id and its weights."""
    chosen = settings.read(db, settings.PARAM_SET, 0)
    row = db.execute("SELECT weights FROM param_set WHERE id = ?", (chosen,)).fetchone() if chosen else None
    return (chosen, tuple(json.loads(row[0]))) if row else (0, None)
