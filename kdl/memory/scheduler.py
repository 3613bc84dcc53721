"""FSRS-6 as three pure functions of numbers: `next_state`, `retrievability`, `interval`.

The arithmetic is that of the `fsrs` package. Its clock, its dice and its learning steps stay out: a card is always in the
review state, times are whole study days, and nothing here knows what day it is.

    R(t, S) = (1 + F t / S) ^ -w20,   F = 0.9 ^ (-1 / w20) - 1,   so that R(S, S) = 0.9
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NAME = "fsrs-6"
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
DESIRED_RETENTION = 0.90
RETENTION_RANGE = (0.80, 0.97)
MAXIMUM_INTERVAL = 3650  # days; beyond it implementations of FSRS-6 differ

Parameters = tuple[float, ...] | None  # the 21 weights; None for the package's defaults

_START = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """S, the days after which recall falls to 90 %, and D, the difficulty from 1 to 10."""

    stability: float
    difficulty: float


@functools.lru_cache(maxsize=8)
def _scheduler(parameters: Parameters):
    from fsrs import Scheduler

    options = {} if parameters is None else {"parameters": parameters}
    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=MAXIMUM_INTERVAL, **options)


@functools.lru_cache(maxsize=8)
def _decay_and_factor(parameters: Parameters) -> tuple[float, float]:
    decay = -_scheduler(parameters).parameters[20]
    return decay, 0.9 ** (1 / decay) - 1


def _card(memory: Memory | None):
    from fsrs import Card, State

    if memory is None:
        return Card(card_id=1, due=_START)  # without an id the constructor sleeps a millisecond
    return Card(
        card_id=1,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_START,
        last_review=_START,
    )


def next_state(memory: Memory | None, rating: int, elapsed_days: int, parameters: Parameters = None) -> Memory:
    """What an answer makes of a memory.

    Args:
        memory: the state before; None for the first answer.
        rating: AGAIN, HARD, GOOD or EASY.
        elapsed_days: study days since the answer before; 0 uses the short-term formula. Ignored for the first.

    Raises:
        ValueError: a rating outside 1 to 4, or negative days.
    """
    from fsrs import Rating

    if elapsed_days < 0:
        raise ValueError(f"elapsed_days must not be negative. Received: elapsed_days={elapsed_days}")
    card, _ = _scheduler(parameters).review_card(_card(memory), Rating(rating), _START + timedelta(days=elapsed_days))
    return Memory(card.stability, card.difficulty)


def retrievability(memory: Memory, elapsed_days: int, parameters: Parameters = None) -> float:
    """The predicted chance of recall after `elapsed_days` without an answer, 0 to 1."""
    return _scheduler(parameters).get_card_retrievability(_card(memory), _START + timedelta(days=elapsed_days))


def interval(stability: float, desired_retention: float = DESIRED_RETENTION, parameters: Parameters = None) -> float:
    """The days, not rounded, after which recall falls to `desired_retention`.

    Raises:
        ValueError: a retention outside 0.80 to 0.97 (the package accepts anything).
    """
    check_retention(desired_retention)
    decay, factor = _decay_and_factor(parameters)
    return stability / factor * (desired_retention ** (1 / decay) - 1)


def within_bounds(weights: Sequence[float]) -> tuple[float, ...]:
    """Learned weights as the package accepts them: an optimizer in single precision may step over a bound by a hair."""
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    bounds = zip(weights, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(max(weight, low), high) for weight, low, high in bounds)


def check_retention(desired_retention: float) -> float:
    """The same number.

    Raises:
        ValueError: outside 0.80 to 0.97 (the package accepts anything).
    """
    low, high = RETENTION_RANGE
    if not low <= desired_retention <= high:
        raise ValueError(f"desired_retention must lie in {low} to {high}. Received: desired_retention={desired_retention}")
    return desired_retention


def whole_days(interval_days: float) -> int:
    """An interval as it is scheduled: whole days, at least one, at most ten years."""
    return max(1, min(round(interval_days), MAXIMUM_INTERVAL))
