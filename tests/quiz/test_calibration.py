"""Calibration on logs whose truth is known: perfect, biased and drifting predictions (invariant 17)."""

import math
import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.quiz import calibration
from kdl.quiz.calibration import ENOUGH, PER_BIN, average_so_far, bins, log_loss, moving_average
from kdl.quiz.statistics import counting, spaced
from kdl.store.reviews import Event, Review

BLANK = dict.fromkeys(field.name for field in fields(Review))


def row(number, chance, recalled, *, elapsed=5, kind="review"):
    return Review(
        **BLANK
        | {
            "uuid": f"u{number:06}",
            "card_id": "one",
            "ts": number,
            "study_day": 739_000 + number // 50,
            "elapsed_days": elapsed,
            "kind": kind,
            "rating": 3 if recalled else 1,
            "r_pred": chance,
        }
    )


def log(count, truth, seed, said=lambda chance: chance):
    """`count` answers that are right with the chance `truth(dice)`; the log holds `said` of that chance."""
    dice = random.Random(seed)
    chances = [truth(dice) for _ in range(count)]
    return [row(n, said(chance), dice.random() < chance) for n, chance in enumerate(chances)], chances


def entropy(chances):
    """The log-loss that perfect predictions are expected to have."""
    return sum(-p * math.log(p) - (1 - p) * math.log(1 - p) for p in chances) / len(chances)


@pytest.mark.invariant("quiz", 17)
def test_perfect_predictions_show_only_the_error_of_chance():
    """invariant 17: rmse near its expectation, log-loss near the entropy."""
    rows, chances = log(20_000, lambda dice: dice.uniform(0.6, 0.98), seed=1)
    found = calibration.calibration(rows, most_bins=20)

    assert len(found.bins) == 20 and found.count == 20_000
    assert found.rmse < 2 * found.chance < 0.03
    assert found.log_loss == pytest.approx(entropy(chances), abs=0.01)


@pytest.mark.invariant("quiz", 17)
def test_a_known_bias_is_recovered():
    """invariant 17: predictions ten points too high show an rmse of 0.10, in every bin."""
    rows, _ = log(20_000, lambda dice: dice.uniform(0.5, 0.85), seed=2, said=lambda chance: chance + 0.1)
    found = calibration.calibration(rows)

    assert found.rmse == pytest.approx(0.10, abs=0.01)
    assert all(one.predicted - one.observed == pytest.approx(0.10, abs=0.05) for one in found.bins)


def test_the_expected_error_of_chance_is_what_perfect_predictions_show_on_average():
    """invariant 17: over 300 logs, the mean squared error of the bins equals the expected one."""
    squares, expected = [], []
    for seed in range(300):
        found = calibration.calibration(log(200, lambda dice: dice.uniform(0.7, 0.95), seed)[0])
        squares.append(found.rmse**2)
        expected.append(found.chance**2)

    assert sum(squares) / sum(expected) == pytest.approx(1, abs=0.1)


@pytest.mark.invariant("quiz", 17)
def test_knowing_the_card_beats_knowing_the_average_and_drift_is_seen_by_the_moving_one():
    """invariant 17: log-loss orders the predictors as their knowledge does."""
    rows, _ = log(4000, lambda dice: dice.uniform(0.4, 0.99), seed=3)
    found = calibration.calibration(rows)
    assert found.log_loss < found.average_so_far < found.moving_average

    dice = random.Random(4)
    drifting = [row(n, 0.9, dice.random() < (0.95 if n < 2000 else 0.4)) for n in range(4000)]
    found = calibration.calibration(drifting)
    assert found.moving_average < found.average_so_far < found.log_loss


@pytest.mark.invariant("quiz", 17)
def test_the_average_so_far_has_the_log_loss_of_the_true_share():
    """invariant 17: with one chance for all answers nothing can be better than that chance, and the average finds it."""
    rows, chances = log(20_000, lambda dice: 0.8, seed=6)

    assert calibration.calibration(rows).average_so_far == pytest.approx(entropy(chances), abs=0.01)


def test_the_trivial_predictors_by_hand():
    assert average_so_far([True, False, True]) == pytest.approx([0.9, 1.9 / 2, 1.9 / 3])
    first = 1 / (1 + math.exp(-1.2))
    second = 1 / (1 + math.exp(-(1.2 + 0.3 * (1 - first))))
    assert moving_average([True, False]) == pytest.approx([first, second])
    assert log_loss([0.8, 0.8], [True, False]) == pytest.approx(-(math.log(0.8) + math.log(0.2)) / 2)
    assert log_loss([1.0], [False]) == pytest.approx(-math.log(1e-6)), "certainty that fails is not infinitely bad"


def test_neither_of_them_sees_the_answer_it_predicts():
    told = [True, True, False, True]
    for predictor in (average_so_far, moving_average):
        assert predictor(told)[:-1] == predictor([*told[:-1], False])[:-1]
        assert predictor(told)[-1] == predictor([*told[:-1], False])[-1]


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=1, max_size=400), st.integers(1, 20))
def test_bins_are_of_equal_size_in_order_and_lose_no_answer(pairs, most):
    found = bins(pairs, most)
    sizes = [one.count for one in found]

    assert sum(sizes) == len(pairs) and max(sizes) - min(sizes) <= 1
    assert sum(one.recalled for one in found) == sum(was_right for _, was_right in pairs)
    assert len(found) == max(1, min(most, len(pairs) // PER_BIN))
    assert all(before.last <= after.first for before, after in zip(found, found[1:], strict=False))
    assert all(one.first - 1e-9 <= one.predicted <= one.last + 1e-9 and one.low <= one.observed <= one.high for one in found)


def test_equal_predictions_are_not_sorted_by_their_outcome():
    """invariant 17: where all predictions are the same, every bin shows the same share."""
    found = bins([(0.9, n % 10 > 0) for n in range(1000)])

    assert [one.observed for one in found] == [0.9] * 10


def test_too_few_answers_are_not_judged():
    rows = [row(n, 0.9, True) for n in range(ENOUGH)]

    assert calibration.calibration(rows[:-1]) is None
    assert calibration.calibration(rows).count == ENOUGH


NOISE = {
    "cram": row(9001, 0.9, False, kind="cram"),
    "import": row(9002, 0.9, False, kind="import"),
    "first": row(9003, None, False, elapsed=None),
    "same day": row(9004, 1.0, False, elapsed=0),
    "undone": row(9005, 0.9, False),
}


@pytest.mark.parametrize("kind", NOISE)
@pytest.mark.invariant("quiz", 17)
def test_what_tests_no_memory_changes_nothing(kind):
    """invariant 17: cramming, imports, first and same-day answers and what was undone are left out."""
    rows, _ = log(200, lambda dice: 0.9, seed=7)
    void = [Event("e", 1, "d", "undo", "one", NOISE["undone"].uuid)]

    def told(log):
        return calibration.calibration(spaced(counting(log, void)))

    assert told([NOISE[kind], *rows]) == told(rows)
    assert told([*rows, replace(NOISE[kind], uuid="z", kind="review", elapsed_days=3, r_pred=0.9)]) != told(rows)


def test_the_order_of_the_log_is_that_of_time():
    """A merged log comes in another order than the answers; the trivial predictors must see them as they happened."""
    rows, _ = log(300, lambda dice: dice.uniform(0.5, 0.95), seed=8)

    assert calibration.calibration(spaced(rows[::-1])) == calibration.calibration(spaced(rows))
