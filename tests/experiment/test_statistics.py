"""The sign-flip test and its interval against brute force, scipy, and each other."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdl.experiment import statistics

finite = st.floats(-100, 100).map(lambda value: round(value, 3))
vectors = st.lists(finite, min_size=1, max_size=9)


def brute_p(d):
    """Sign every way, count the sums at least as far from 0: the definition."""
    sums = [abs(math.fsum(s * x for s, x in zip(signs, d, strict=True))) for signs in itertools.product((1, -1), repeat=len(d))]
    own = abs(math.fsum(d))
    return sum(total >= own - 1e-9 for total in sums) / len(sums)


@given(vectors)
def test_p_is_the_share_of_signings_at_least_as_extreme(d):
    assert statistics.paired(d).p == brute_p(d)


@pytest.mark.parametrize("n", [2, 5, 8, 10, 12])
def test_p_equals_scipy(n):
    from scipy.stats import permutation_test

    d = np.random.default_rng(n).normal(0.5, 1, n)
    theirs = permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided")
    assert statistics.paired(d).p == pytest.approx(theirs.pvalue, abs=1e-12)


@given(st.lists(finite, min_size=6, max_size=9))
def test_interval_holds_exactly_the_shifts_that_are_not_rejected(d):
    found = statistics.paired(d)
    reach = max(1.0, found.high - found.low)
    for step in (1e-3, 0.1, 1.0):
        assert brute_p([x - (found.low - step * reach) for x in d]) <= 0.05
        assert brute_p([x - (found.high + step * reach) for x in d]) <= 0.05
    for share in (0.01, 0.5, 0.99):
        inside = found.low + share * (found.high - found.low)
        assert brute_p([x - inside for x in d]) > 0.05


def test_interval_excludes_zero_exactly_when_p_is_at_most_five_percent():
    """On 10,000 vectors: smooth, with ties, with zeros, and with sums that are 0 but for rounding."""
    dice = np.random.default_rng(7)
    seen = set()
    for number in range(10_000):
        n = int(dice.integers(1, 12))
        smooth, coarse = dice.normal(0.7, 1, n), np.round(dice.normal(0.4, 0.6, n), 1)
        found = statistics.paired((smooth, coarse)[number % 2])
        outside = (found.low is not None and found.low > 0) or (found.high is not None and found.high < 0)
        assert outside == (found.p <= 0.05)
        seen.add(outside)
    assert seen == {True, False}


def test_interval_is_unbounded_where_no_p_can_reach_five_percent():
    """2 / 2^5 = .0625 is the least p of five differences, so nothing can be excluded; six reach 2 / 2^6."""
    five, six = statistics.paired([1.0] * 5), statistics.paired([1.0] * 6)
    assert (five.low, five.high, five.p) == (None, None, 1 / 16)
    assert (six.low, six.high, six.p) == (1.0, 1.0, 1 / 32)


@given(st.lists(finite, min_size=6, max_size=9), st.floats(-5, 5).map(lambda value: round(value, 3)))
def test_interval_moves_with_the_differences(d, shift):
    here, there = statistics.paired(d), statistics.paired([x + shift for x in d])
    assert there.low == pytest.approx(here.low + shift, abs=1e-9)
    assert there.high == pytest.approx(here.high + shift, abs=1e-9)


@given(st.lists(finite, min_size=6, max_size=9))
def test_swapping_the_arms_mirrors_everything(d):
    here, there = statistics.paired(d), statistics.paired([-x for x in d])
    assert there.p == here.p
    assert there.mean == pytest.approx(-here.mean)
    assert (there.low, there.high) == pytest.approx((-here.high, -here.low))


def test_a_sum_that_is_zero_but_for_rounding_is_a_tie():
    assert statistics.paired([0.1, 0.2, -0.3]).p == brute_p([0.1, 0.2, -0.3]) == 1.0


def test_no_difference_at_all():
    found = statistics.paired([0.0] * 10)
    assert (found.p, found.low, found.high, found.wins) == (1.0, 0.0, 0.0, 0)


def test_a_tie_is_no_win():
    assert statistics.paired([1.0, 0.0, -1.0, 2.0]).wins == 2


@pytest.mark.parametrize(("n", "needed"), [(10, 8), (11, 9), (12, 10), (15, 12), (20, 16)])
def test_wins_needed_are_eighty_percent_rounded_up(n, needed):
    assert statistics.wins_needed(n) == needed


@pytest.mark.parametrize("bad", [[], [float("nan")], [1.0, float("inf")], [0.0] * 21, [[1.0], [2.0]]])
def test_what_cannot_be_tested_is_refused(bad):
    with pytest.raises(ValueError, match="Received"):
        statistics.paired(bad)
