"""Rank correlation: equal to SciPy's with many equal numbers, and what has no order."""

import numpy as np
import pytest
from scipy import stats

from kdl.metrics import spearman


@pytest.mark.oracle
@pytest.mark.parametrize("different", [2, 5, 1000])
def test_ranks_and_correlation_are_those_of_scipy(different):
    rng = np.random.default_rng(different)
    for count in (2, 7, 200):
        x, y = rng.integers(0, different, count), rng.normal(size=count).round(1)
        x[0], x[1], y[0], y[1] = 0, 1, 0.5, 0.25  # so that either has an order

        np.testing.assert_array_equal(spearman.ranks(x), stats.rankdata(x))
        assert spearman.make()(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


def test_equal_numbers_share_the_mean_of_their_ranks():
    np.testing.assert_array_equal(spearman.ranks(np.array([9, 7, 9])), [2.5, 1, 2.5])


def test_only_the_order_counts():
    x = np.random.default_rng(0).normal(size=50)

    assert spearman.spearman(x, np.exp(x)) == pytest.approx(1)
    assert spearman.spearman(x, -(x**3)) == pytest.approx(-1)


def test_without_equal_numbers_it_is_the_short_form():
    rng = np.random.default_rng(0)
    x, y = rng.permutation(9), rng.permutation(9)

    assert spearman.spearman(x, y) == pytest.approx(1 - 6 * ((x - y) ** 2).sum() / (9**3 - 9))


def test_one_and_the_same_answer_for_all_has_no_order_and_no_number_is_no_answer():
    assert spearman.spearman(np.ones(4), np.arange(4)) == 0
    assert np.isnan(spearman.spearman(np.arange(4), np.array([1, 2, np.nan, 3])))


@pytest.mark.parametrize(("x", "y"), [([1, 2, 3], [1]), ([], []), ([[1, 2]], [[1, 2]])])
def test_what_has_no_one_order_each_is_refused(x, y):
    with pytest.raises(ValueError, match="same length"):
        spearman.spearman(np.array(x), np.array(y))
