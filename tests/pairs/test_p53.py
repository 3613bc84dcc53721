"""P53, LSTM against GRU: counts from the papers' equations, and what the committed run must show."""

import statistics

import pytest

from kdl import catalog, headers
from kdl.experiment import results

CARD = catalog.find("pair", "P53")
P53 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


@pytest.mark.slow
def test_the_counts_are_those_of_the_equations():
    """A block has N M + N N + N numbers: four blocks, three, and three with a second bias each."""
    n, m = 7, 5
    block = n * m + n * n + n
    assert list(P53.weights(units=n, features=m).values()) == [4 * block, 3 * block, 3 * block + 3 * n]


def test_the_exact_claim_can_fail(committed):
    (row,) = [row for row in committed["result"]["claims"] if row["id"] == "three-quarters"]
    claim = P53.CLAIMS[0]
    assert claim.holds(row["counts"])
    assert not claim.holds({**row["counts"], "gru": row["counts"]["lstm"]})


def test_both_learn_to_add(committed):
    scores = committed["scores"]["mse"]
    assert all(sum(score <= P53.ERROR.target for score in scores[arm]["adding"]) >= 8 for arm in P53.ARMS)


def test_the_figure_says_the_median_of_the_measured_steps(committed):
    steps = committed["scores"]["steps"]
    said = {arm: f"{arm}: {statistics.median(steps[arm]['adding']):.0f}" for arm in P53.ARMS}
    assert committed["figure"]["message"].endswith("; ".join(said.values()))
    assert all(len(errors) == P53.STEPS // P53.EVERY for errors in committed["figure"]["series"].values())


def test_the_figure_ends_at_the_judged_errors_with_all_seeds_around_them(committed):
    figure = committed["figure"]
    for arm, errors in figure["series"].items():
        scores = committed["scores"]["mse"][arm]["adding"]
        low, high = figure["spread"][arm]
        assert errors[-1] == pytest.approx(statistics.geometric_mean(scores), rel=1e-3)
        assert (low[-1], high[-1]) == pytest.approx((min(scores), max(scores)), rel=1e-3)
    assert list(figure["levels"].values()) == [P53.ERROR.target]


def test_the_sizes_in_its_explanation_are_the_measured_ones(committed):
    sizes = [f"{arm['params']:,}" for arm in committed["result"]["arms"]]
    assert f"({' and '.join(sizes)}" in headers.body(CARD.path)


def test_names_have_no_target_that_would_read_like_a_difference(committed):
    """Equal accuracies near 0.5 fall on both sides of a target of 0.5; the claim is about their difference."""
    (row,) = [row for row in committed["result"]["claims"] if row["id"] == "names"]
    assert (P53.ACCURACY.target, row["reached"]) == (None, None)
