"""A learner who forgets by the book: FSRS with weights of his own, which the scheduler under test does not know.

Every answer goes through the real ledger and the real queue; only the person is made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from kdl.memory import ledger, queue, scheduler
from kdl.memory.study_day import Moment
from kdl.store import schedule

FIRST_DAY = 739_000
DAY_MS = 86_400_000
# Weights of someone who forgets faster than the defaults say, above all at first.
FORGETFUL = (
    (0.15, 0.9, 1.7, 6.0, 6.6, 0.8334, 3.0194, 0.001, 1.6, 0.1666, 0.7, 1.4, 0.0614, 0.2629, 1.6, 0.55, 1.8729, 0.5425)
    + (0.0912, 0.0658, 0.2)
)  # fmt: skip


def at(day: int, second: int = 0) -> Moment:
    return Moment((day - 719_163) * DAY_MS + 43_200_000 + 1000 * second, 0, day)


@dataclass
class Seen:
    """A spaced answer: what was predicted, whether it was recalled, the days since the one before."""

    predicted: float
    recalled: bool
    days: int


class Learner:
    """Studies day after day: what is due, then `new` new cards.

    Args:
        weights: how this person forgets; None for the scheduler's defaults.
    """

    def __init__(self, db, weights=None, *, seed: int = 0, new: int = 10):
        self._db, self._weights, self._new = db, weights, new
        self._chance = random.Random(seed)
        self._memories: dict[str, tuple[scheduler.Memory, int]] = {}
        self.day = FIRST_DAY
        self.made = 0

    def _rating(self, card: str) -> int:
        memory, last = self._memories.get(card, (None, self.day))
        if memory is None:
            rating = self._chance.choices((1, 2, 3, 4), (0.2, 0.1, 0.6, 0.1))[0]
        elif self._chance.random() < scheduler.retrievability(memory, self.day - last, self._weights):
            rating = self._chance.choices((2, 3, 4), (0.1, 0.8, 0.1))[0]
        else:
            rating = scheduler.AGAIN
        self._memories[card] = (scheduler.next_state(memory, rating, self.day - last, self._weights), self.day)
        return rating

    def study(self, most: int | None = None) -> list[Seen]:
        """One day, at most `most` due cards; the spaced answers."""
        ids = [card.card_id for card in queue.served(schedule.cards(self._db, self.day), self.day)][:most]
        ids += [f"card-{self.made + number:05}" for number in range(self._new)]
        self.made += self._new
        seen = []
        for second, card in enumerate(ids):
            row = ledger.record(self._db, card, self._rating(card), at(self.day, second), session_id=str(self.day))
            if row.elapsed_days:
                seen.append(Seen(row.r_pred, row.rating > scheduler.AGAIN, row.elapsed_days))
        self.day += 1
        return seen

    def answer(self, count: int) -> list[Seen]:
        """Whole days, until there are `count` spaced answers."""
        seen: list[Seen] = []
        while len(seen) < count:
            seen += self.study()
        return seen


def share(seen: list[Seen]) -> float:
    return sum(one.recalled for one in seen) / len(seen)


def predicted(seen: list[Seen]) -> float:
    return sum(one.predicted for one in seen) / len(seen)


def calibration_error(seen: list[Seen], bins: int) -> float:
    """The root mean square of (predicted - recalled) over bins of equally many answers, sorted by prediction."""
    ordered = sorted(seen, key=lambda one: one.predicted)
    edges = [number * len(seen) // bins for number in range(bins + 1)]
    parts = [ordered[low:high] for low, high in zip(edges, edges[1:], strict=False)]
    return (sum((predicted(part) - share(part)) ** 2 for part in parts) / bins) ** 0.5
