"""Two logs become one: the union of their rows by uuid. What is there already is never changed, and nothing is deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kdl.store import parameter_sets, reviews
from kdl.store.parameter_sets import ParameterSet
from kdl.store.reviews import Event, Review


@dataclass(frozen=True)
class Logs:
    """Everything that card states are made from, in the order of (time, uuid): the same on every device."""

    reviews: Sequence[Review] = ()
    events: Sequence[Event] = ()
    weights: Sequence[ParameterSet] = ()


@dataclass(frozen=True)
class Merged:
    """How many rows were new here."""

    reviews: int
    events: int
    weights: int


class Conflict(ValueError):
    """One uuid stands for two different rows: one of the logs was changed or damaged. Names the row."""

    def __init__(self, name: str):
        super().__init__(f"{name} differs from the one here")
        self.name = name


def every(db: sqlite3.Connection) -> Logs:
    """The logs of a database, sorted."""
    return Logs(
        sorted(reviews.reviews(db), key=lambda row: (row.ts, row.uuid)),
        sorted(reviews.events(db), key=lambda row: (row.ts, row.uuid)),
        sorted(parameter_sets.every(db), key=lambda one: one.id),
    )


def union(db: sqlite3.Connection, logs: Logs) -> Merged:
    """Add the rows that are not here yet, oldest first. The caller holds the transaction and brings the cards up to date.

    Raises:
        Conflict: a row that is here has another content.
    """
    new_reviews = _new(logs.reviews, {row.uuid: row for row in reviews.reviews(db)}, "review")
    new_events = _new(logs.events, {row.uuid: row for row in reviews.events(db)}, "event")
    weights = {one.id: one.weights for one in parameter_sets.every(db)}
    new_weights = []
    for one in logs.weights:
        if weights.setdefault(one.id, one.weights) != one.weights:
            raise Conflict(f"parameter set {one.id}")
        new_weights.append(one)
    before = db.execute("SELECT count(*) FROM param_set").fetchone()[0]
    for one in new_weights:
        parameter_sets.add(db, one)
    for row in new_reviews:
        reviews.add_review(db, row)
    for row in new_events:
        reviews.add_event(db, row)
    after = db.execute("SELECT count(*) FROM param_set").fetchone()[0]
    return Merged(len(new_reviews), len(new_events), after - before)


def _new(rows: Sequence, here: dict, name: str) -> list:
    """The rows whose uuid is not `here`."""
    found = []
    for row in sorted(rows, key=lambda row: (row.ts, row.uuid)):
        known = here.setdefault(row.uuid, row)
        if known is row:
            found.append(row)
        elif known != row:
            raise Conflict(f"{name} {row.uuid}")
    return found
