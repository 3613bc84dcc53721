"""P01, affine layers against an MLP: what straight cuts can do, and what the committed run must show."""

import math

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "P01")
P01 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def test_no_straight_cut_gets_more_than_two_thirds_of_the_signs_right():
    """All directions and offsets of a fine grid, both ways round, on a lattice of the square."""
    side = (np.arange(200) + 0.5) / 100 - 1
    x, y = (part.ravel() for part in np.meshgrid(side, side))
    same = x * y > 0
    best = 0.0
    for angle in np.linspace(0, np.pi, 46):  # steps of 4 degrees; 45 is none of them, 44 and 48 are
        along = np.cos(angle) * x + np.sin(angle) * y
        for offset in np.linspace(-1.4, 1.4, 57):
            share = ((along > offset) == same).mean()
            best = max(best, share, 1 - share)
    assert 0.65 < best <= 2 / 3 + 0.005


def test_the_points_are_told_by_their_signs():
    x, y = P01.points(np.random.default_rng(3), 500)
    assert ((np.sign(x[:, 0]) == np.sign(x[:, 1])) == y).all()
    assert np.abs(x).max() <= 1
    assert y.mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.slow
def test_without_an_activation_a_stack_is_one_affine_map_and_with_relu_it_is_none():
    counts = P01.collapse(seed=3, count=200)
    assert counts["affine-transformation"] == 0
    assert counts["mlp"] > 100


def test_changes_of_class_are_counted_around_the_circle():
    assert P01.turns([1, 1, -1, -1]) == 2  # the last and the first place are neighbours
    assert P01.turns([1, -1, 1, -1]) == 4
    assert P01.turns([1, 1, 1]) == 0


def test_the_figure_says_that_only_the_mlp_changes_class_in_every_quadrant(committed):
    """A straight line crosses a circle twice or never; the right answer changes four times."""
    series = committed["figure"]["series"]
    assert P01.turns(P01.circle().prod(axis=1)) == 4
    assert P01.turns(series["mlp"]) == 4
    assert P01.turns(series["affine-transformation"]) in (0, 2)
    said = dict(part.split(": ") for part in committed["figure"]["message"].split("all seeds: ")[1].split("; "))
    assert said["mlp"] == "4"
    assert set(said["affine-transformation"].split(" or ")) <= {"0", "2"}


def test_no_stack_of_affine_layers_told_more_signs_than_a_straight_cut_can(committed):
    """2/3, and four deviations of a share of 1,000 drawn points."""
    assert max(committed["scores"]["accuracy"]["affine-transformation"]["xor"]) < 2 / 3 + 4 * (2 / 9 / 1000) ** 0.5


def test_on_the_signs_an_affine_stack_ends_at_the_loss_of_a_coin_in_every_seed(committed):
    """ln 2 is what preferring neither class costs, and the least that a straight cut can hope for: the rate was no accident."""
    losses = committed["scores"]["loss"]["affine-transformation"]["xor"]
    assert losses == pytest.approx([math.log(2)] * 10, abs=0.005)
