"""Learn the scheduler's 21 weights from the log, and say whether they predict later answers better than those in use.

The log is split by time: the first 80 % of the answers train, the last 20 % judge. Only where the trained weights have the
lower log-loss there are they learned once more from everything and offered. The optimizer is that of `fsrs_rs_python` (extra
`fit`); everything that is compared is predicted by `kdl.memory.scheduler`, which is what will use the weights.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kdl.memory import replay, scheduler
from kdl.memory.scheduler import Parameters
from kdl.store import reviews
from kdl.store.reviews import Event, Review

ENOUGH = 64  # answers after a day or more; with fewer the optimizer learns nothing
TRAIN_SHARE = 0.8
CERTAIN = 1e-4  # a prediction is kept this far from 0 and 1, so that one surprise costs no infinity


@dataclass(frozen=True, slots=True)
class Step:
    """One answer of a card's history: when (for the split), how, and the study days since the answer before (0 at first)."""

    order: tuple[int, str]
    rating: int
    days: int


History = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """What was learned. The log-losses are None, and so are the weights, where there was too little to learn from."""

    answers: int
    missing: int
    trained_on: int
    judged_on: int
    before: float | None
    after: float | None
    weights: tuple[float, ...] | None

    @property
    def better(self) -> bool:
        return self.before is not None and self.after < self.before


def histories(rows: Iterable[Review], events: Iterable[Event]) -> list[History]:
    """The answers of each card since its memory began: no cramming, nothing undone, nothing before a restart."""
    found = []
    for card_id, pair in replay.by_card(rows, events).items():
        _, history = replay.replayed(card_id, *pair)
        steps, last = [], None
        for row in history:
            steps.append(Step((row.ts, row.uuid), row.rating, 0 if last is None else max(0, row.study_day - last)))
            last = max(row.study_day, last or row.study_day)
        if steps:
            found.append(tuple(steps))
    return found


def spaced(found: Iterable[History]) -> int:
    """How many answers came a day or more after the one before."""
    return sum(step.days > 0 for history in found for step in history)


def split_at(found: Sequence[History]) -> tuple[int, str]:
    """The answer from which on the log judges: before it lie 80 % of the spaced answers."""
    times = sorted(step.order for history in found for step in history if step.days > 0)
    return times[int(len(times) * TRAIN_SHARE)]


def log_loss(found: Iterable[History], weights: Parameters, start: tuple[int, str] = (0, "")) -> float:
    """The mean surprise at the spaced answers from `start` on; what came before only builds the memories."""
    losses = []
    for history in found:
        memory = None
        for step in history:
            if step.days > 0 and step.order >= start:
                recall = scheduler.retrievability(memory, step.days, weights)
                chance = recall if step.rating > scheduler.AGAIN else 1 - recall
                losses.append(-math.log(min(max(chance, CERTAIN), 1 - CERTAIN)))
            memory = scheduler.next_state(memory, step.rating, step.days, weights)
    return sum(losses) / len(losses)


def optimize(found: Iterable[History], end: tuple[int, str] | None = None) -> tuple[float, ...]:
    """Weights learned from the answers before `end`, within the bounds that the scheduler accepts.

    Raises:
        ImportError: `fsrs_rs_python` is missing.
    """
    import fsrs_rs_python as rust

    items = []
    for history in found:
        past = [step for step in history if end is None or step.order < end]
        seen = [rust.FSRSReview(step.rating, step.days) for step in past]
        # One item for each spaced answer: everything that led up to it, and the answer itself.
        items += [(past[n].order, rust.FSRSItem(seen[: n + 1])) for n in range(1, len(past)) if past[n].days > 0]
    items.sort(key=lambda pair: pair[0])
    learned = rust.FSRS(parameters=rust.DEFAULT_PARAMETERS).compute_parameters([item for _, item in items])
    return scheduler.within_bounds(learned)


def fit(found: Sequence[History], current: Parameters = None) -> Fit:
    """Learn weights and judge them against `current`. Deterministic."""
    answers = spaced(found)
    if answers < ENOUGH:
        return Fit(answers, ENOUGH - answers, 0, 0, None, None, None)
    start = split_at(found)
    trained_on = sum(step.days > 0 and step.order < start for history in found for step in history)
    trained = optimize(found, start)
    before, after = log_loss(found, current, start), log_loss(found, trained, start)
    weights = optimize(found) if after < before else None
    return Fit(answers, 0, trained_on, answers - trained_on, before, after, weights)


def read(db: sqlite3.Connection) -> list[History]:
    """The histories of the learner's log."""
    return histories(reviews.reviews(db), reviews.events(db))
