"""Does the predicted chance of recall come true? Bins of equal size, their error, and two predictors that know nothing.

Both trivial predictors see only what was answered before. The moving average is that of the public benchmark of schedulers
(open-spaced-repetition/srs-benchmark, MOVING-AVG): a logit that takes a gradient step after each answer. A scheduler that
loses to them knows nothing of the single card.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kdl.quiz.statistics import right, wilson
from kdl.store.reviews import Review

ENOUGH = 100  # spaced answers; below that the bins are noise
PER_BIN = 20
MOST_BINS = 10
FIRST_GUESS = 0.9  # of the average so far, worth one answer
FIRST_LOGIT, STEP = 1.2, 0.3  # of the moving average
LEAST = 1e-6  # a chance nearer to 0 or 1 counts as this


@dataclass(frozen=True)
class Bin:
    """Some answers with neighbouring predictions: their range and mean, what was observed, and its 95 % interval."""

    first: float
    last: float
    count: int
    predicted: float
    recalled: int
    observed: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """Predicted against observed.

    Attributes:
        rmse: root of the mean squared difference of predicted and observed over the bins, weighted by their answers.
        chance: the rmse to expect of perfect predictions, from the size of the bins alone.
        log_loss: mean negative log of the chance given to what happened; lower is better.
        average_so_far, moving_average: the log-loss of the two trivial predictors on the same answers.
    """

    count: int
    bins: tuple[Bin, ...]
    rmse: float
    chance: float
    log_loss: float
    average_so_far: float
    moving_average: float


def calibration(tested: Sequence[Review], most_bins: int = MOST_BINS) -> Calibration | None:
    """The calibration of spaced answers, given oldest first; None below ENOUGH of them."""
    if len(tested) < ENOUGH:
        return None
    found = bins([(row.r_pred, right(row)) for row in tested], most_bins)
    outcomes = [right(row) for row in tested]
    total = len(tested)
    return Calibration(
        count=total,
        bins=found,
        rmse=math.sqrt(sum(one.count * (one.predicted - one.observed) ** 2 for one in found) / total),
        chance=math.sqrt(sum(one.predicted * (1 - one.predicted) for one in found) / total),
        log_loss=log_loss((row.r_pred for row in tested), outcomes),
        average_so_far=log_loss(average_so_far(outcomes), outcomes),
        moving_average=log_loss(moving_average(outcomes), outcomes),
    )


def bins(pairs: Iterable[tuple[float, bool]], most: int = MOST_BINS) -> tuple[Bin, ...]:
    """Bins of equal size (one more or less), by predicted chance; fewer than `most` where they would hold under PER_BIN.

    Equal predictions stay in the order given: sorted by outcome, a bin that ends among them would hold the misses alone.
    """
    ordered = sorted(pairs, key=lambda pair: pair[0])
    number = max(1, min(most, len(ordered) // PER_BIN))
    edges = [len(ordered) * index // number for index in range(number + 1)]
    return tuple(_bin(ordered[start:end]) for start, end in zip(edges, edges[1:], strict=False))


def _bin(pairs: Sequence[tuple[float, bool]]) -> Bin:
    count, recalled = len(pairs), sum(was_right for _, was_right in pairs)
    predicted = sum(chance for chance, _ in pairs) / count
    return Bin(pairs[0][0], pairs[-1][0], count, predicted, recalled, recalled / count, *wilson(recalled, count))


def log_loss(chances: Iterable[float], outcomes: Sequence[bool]) -> float:
    """Mean of -log(the chance that was given to what happened)."""
    total = 0.0
    for chance, was_right in zip(chances, outcomes, strict=True):
        kept = min(max(chance, LEAST), 1 - LEAST)
        total -= math.log(kept if was_right else 1 - kept)
    return total / len(outcomes)


def average_so_far(outcomes: Sequence[bool]) -> list[float]:
    """The share that was right before each answer; FIRST_GUESS counts as one answer."""
    chances, recalled = [], FIRST_GUESS
    for count, was_right in enumerate(outcomes, 1):
        chances.append(recalled / count)
        recalled += was_right
    return chances


def moving_average(outcomes: Sequence[bool]) -> list[float]:
    """The recent share: sigmoid(x), and after each answer x moves by STEP along the gradient of its log-likelihood."""
    chances, logit = [], FIRST_LOGIT
    for was_right in outcomes:
        chance = 1 / (1 + math.exp(-logit))
        chances.append(chance)
        logit += STEP * (was_right - chance)
    return chances
