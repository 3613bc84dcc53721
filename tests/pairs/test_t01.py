"""T01, all data against small batches: the regression against its closed form, and the figure's numbers."""

from statistics import median

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T01")
T01 = catalog.load(CARD)


@pytest.fixture
def easy():
    """The data of seed 1000, least squares, and the mean of x x^T."""
    x, y, _ = T01.points(1000)
    best, *_ = np.linalg.lstsq(x, y, rcond=None)
    return best, x.T @ x / len(x)


def test_gradient_descent_leaves_what_its_closed_form_says(easy):
    """d = theta - best is multiplied by 1 - rate H at each step, and the loss above the least is 1/2 d^T H d."""
    best, hessian = easy
    away = np.linalg.matrix_power(np.eye(len(best)) - 0.5 * hessian, 10) @ -best
    found = T01.regression(1000, "10", batch=T01.POINTS, rate=0.5)["excess"]
    assert found == pytest.approx(away @ hessian @ away / 2)


def test_a_pass_of_tiny_steps_is_one_step_of_all_data(easy):
    """A hundred steps of a rate so small that the weights hardly move add up to one of a hundred times the rate."""
    small = T01.regression(1000, "1", batch=T01.BATCH, rate=1e-7)["excess"]
    whole = T01.regression(1000, "1", batch=T01.POINTS, rate=1e-7 * T01.POINTS / T01.BATCH)["excess"]
    start = T01.regression(1000, "0", batch=T01.POINTS, rate=1.0)["excess"]
    assert start - small == pytest.approx(start - whole, rel=1e-3)


def test_no_loss_counts_as_less_than_the_least():
    assert T01.regression(1000, "1000", batch=T01.POINTS, rate=1.8)["excess"] == T01.LEAST


def test_of_the_rates_that_tie_after_a_thousand_passes_the_smallest_is_taken():
    """1.4 and 1.9 come to the least on the tuning seeds, and 1, the next smaller rate, does not."""
    left = {
        rate: [T01.regression(seed, "1000", batch=T01.POINTS, rate=rate)["excess"] for seed in (1000, 1001, 1002)]
        for rate in (1.0, 1.4, 1.9)
    }
    assert left[1.4] == left[1.9] == [T01.LEAST] * 3
    assert max(left[1.0]) > T01.LEAST
    assert T01.ARMS["gradient-descent"].parts["1000"].keywords["rate"] == 1.4


def test_both_arms_may_look_at_the_digits_as_often():
    """Gradients of one example: small batches get fewer, never more."""
    spent = {
        name: arm.parts["digits"].recipe["steps"] * arm.parts["digits"].recipe["batch_size"] for name, arm in T01.ARMS.items()
    }
    assert 0.975 * spent["gradient-descent"] <= spent["sgd"] <= spent["gradient-descent"]


def test_the_figure_draws_the_medians_and_counts_what_diverged():
    committed = results.load(CARD)
    scores, counts = committed["scores"]["excess"], ("1", "10", "100", "1000")
    cut = T01.EXCESS.bounded
    found = {arm: [[cut(one) for one in scores[arm][name]] for name in counts] for arm in T01.ARMS}
    said = []
    for arm, columns in found.items():
        medians = [median(column) for column in columns]
        assert committed["figure"]["series"][arm] == pytest.approx(medians, rel=1e-3)
        failed = columns[-1].count(T01.EXCESS.worst)
        said.append(f"{arm}: {medians[0]:.2g} after 1 pass, {medians[-1]:.2g} after 1,000, where {failed} diverged")
    assert committed["figure"]["message"] == "; ".join(said)


def test_small_batches_are_ahead_after_one_pass_and_behind_after_a_thousand_in_every_seed():
    scores = results.load(CARD)["scores"]["excess"]
    assert all(few < all_ for few, all_ in zip(scores["sgd"]["1"], scores["gradient-descent"]["1"], strict=True))
    assert all(few > all_ for few, all_ in zip(scores["sgd"]["1000"], scores["gradient-descent"]["1000"], strict=True))
