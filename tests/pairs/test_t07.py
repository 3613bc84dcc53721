"""T07, sigmoid against ReLU: the figure's numbers, and what the committed run must show."""

import math

import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T07")


@pytest.fixture
def committed():
    return results.load(CARD)


def said(committed):
    """arm -> the number in the figure's message."""
    parts = (part.split(": layer 1 has ") for part in committed["figure"]["message"].split("; "))
    return {arm: float(text.removesuffix(" times layer 10's")) for arm, text in parts}


def test_the_figure_says_what_is_left_at_the_first_of_ten_layers(committed):
    """The quotient of geometric means is the geometric mean of the quotients, which are the claim's measure."""
    for arm, number in said(committed).items():
        norms, shares = committed["figure"]["series"][arm], committed["scores"]["first.start"][arm]["10"]
        assert len(norms) == 10
        assert number == pytest.approx(norms[0] / norms[-1], rel=0.06)
        assert number == pytest.approx(math.exp(math.fsum(map(math.log, shares)) / len(shares)), rel=0.06)


def test_sigmoids_lose_a_factor_of_about_four_at_each_of_nine_layers_and_relus_none(committed):
    left = {arm: number ** (1 / 9) for arm, number in said(committed).items()}
    assert 1 / 5 < left["sigmoid"] < 1 / 3
    assert 0.9 < left["relu"] < 1.2


def test_ten_sigmoid_layers_stay_near_one_in_ten_and_ten_relu_layers_learn(committed):
    accuracy = committed["scores"]["accuracy"]
    for condition in ("10", "10-adam"):
        assert max(accuracy["sigmoid"][condition]) < 0.15
        assert sum(score > 0.7 for score in accuracy["relu"][condition]) >= 8
