"""What the learner expected of experiments, what came out, and how well the two agree.

Append-only: a prediction is one row, written before the run; its outcome is a second row that names the first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kdl.store import database

CONFIDENT = 0.8  # a miss at this confidence or above is worth a card


@dataclass(frozen=True)
class Kept:
    """One prediction; `outcome` is None until a verdict settled it, `confidence` None where none was given."""

    uuid: str
    ts: int
    pair: str
    claim: str
    choice: str
    confidence: float | None
    outcome: str | None
    run: str | None

    @property
    def right(self) -> bool | None:
        return None if self.outcome is None else self.choice == self.outcome

    @property
    def penalty(self) -> float | None:
        """(confidence - 1 if right else 0) squared: 0 is best, 1 is worst; None where either is unknown."""
        if self.right is None or self.confidence is None:
            return None
        return (self.confidence - self.right) ** 2


def append(db: sqlite3.Connection, pair: str, claim: str, choice: str, confidence: float | None) -> str:
    """Write a prediction down before its run.

    Args:
        confidence: the probability that `choice` comes out, 0 to 1; None where none was given.

    Returns:
        Its uuid.
    """
    if confidence is not None and not 0 <= confidence <= 1:
        raise ValueError(f"confidence must be between 0 and 1. Received: confidence={confidence}")
    return _insert(db, pair=pair, claim=claim, choice=choice, confidence=confidence)


def settle(db: sqlite3.Connection, uuid: str, outcome: str, run: str | None = None) -> Kept:
    """Write down what came out.

    Args:
        uuid: of the prediction.
        outcome: one of the choices of its claim.
        run: the id of the run that showed it; None where a committed result did.

    Raises:
        ValueError: no such prediction.
    """
    kept = {one.uuid: one for one in every(db)}
    if uuid not in kept:
        raise ValueError(f"there is no prediction {uuid}")
    _insert(db, pair=kept[uuid].pair, claim=kept[uuid].claim, answers=uuid, outcome=outcome, run=run)
    return next(one for one in every(db) if one.uuid == uuid)


def _insert(db: sqlite3.Connection, **row) -> str:
    row = {"uuid": database.new_id(), "ts": database.now_ms(), "device_id": database.device_id(db), **row}
    with database.transaction(db):
        db.execute(f"INSERT INTO prediction ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    return row["uuid"]


def every(db: sqlite3.Connection) -> list[Kept]:
    """All predictions, oldest first, each with the latest outcome that was written for it."""
    with database.explained():
        rows = db.execute("SELECT * FROM prediction ORDER BY seq").fetchall()
    settled = {row["answers"]: row for row in rows if row["answers"]}
    return [
        Kept(
            uuid=row["uuid"],
            ts=row["ts"],
            pair=row["pair"],
            claim=row["claim"],
            choice=row["choice"],
            confidence=row["confidence"],
            outcome=settled[row["uuid"]]["outcome"] if row["uuid"] in settled else None,
            run=settled[row["uuid"]]["run"] if row["uuid"] in settled else None,
        )
        for row in rows
        if not row["answers"]
    ]


def brier(predictions: Iterable[Kept]) -> float | None:
    """The mean penalty of the settled predictions with a confidence: 0 is a prophet, .25 a coin; None for none."""
    penalties = [one.penalty for one in predictions if one.penalty is not None]
    return sum(penalties) / len(penalties) if penalties else None


def confident_misses(predictions: Iterable[Kept]) -> list[Kept]:
    """Settled, wrong, and sure of it: what should come back as a card."""
    return [one for one in predictions if one.right is False and one.confidence is not None and one.confidence >= CONFIDENT]
