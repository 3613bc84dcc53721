"""P90, VAE against GAN: what its probes measure, what its arms share, and what its figure shows."""

import inspect

import numpy as np
import pytest

from kdl import catalog
from kdl.data import eight_gaussians
from kdl.experiment.measured import Measured
from kdl.models.generative import gan
from kdl.tasks import draw_points
from kdl.train.recipe import Recipe

CARD = catalog.find("pair", "P90")
P90 = catalog.load(CARD)


class Drawer:
    """A model that draws the same points whatever the noise."""

    def __init__(self, points):
        self.points = points

    def predict_on_batch(self, x):
        return self.points[: len(x)]


def probed(points, true):
    drawer, noise = Drawer(points), np.zeros((len(points), 2))
    return {name: P90.measured_by(name)(drawer, noise, true) for name in ("coverage", "spread", "quality")}


@pytest.mark.parametrize("deviation", [0.1, 0.02])
def test_true_points_cover_every_mode_are_good_and_spread_as_they_should(deviation):
    """The probes take the deviation from the true points of the seed, so one probe serves both conditions."""
    true, drawn = (eight_gaussians.points(np.random.default_rng(seed), 1000, deviation=deviation) for seed in (0, 1))

    assert P90.deviation(true) == pytest.approx(deviation, rel=0.05)
    found = probed(drawn, true)
    assert found["coverage"] == 1 and found["quality"] > 0.97
    assert found["spread"] == pytest.approx(1, rel=0.1)


def test_one_mode_for_all_points_is_sharp_and_covers_one():
    true = eight_gaussians.points(np.random.default_rng(0), 1000)

    assert probed(np.repeat(eight_gaussians.centres()[:1], 1000, axis=0), true) == {
        "coverage": 1 / 8,
        "spread": 0,
        "quality": 1,
    }


def test_all_points_on_the_middle_of_the_circle_are_just_better_than_the_declared_worst():
    """At the narrow condition: 2 / sqrt(2) / 0.02 = 70.7."""
    true = eight_gaussians.points(np.random.default_rng(0), 1000, deviation=0.02)
    spread = probed(np.zeros((1000, 2)), true)["spread"]

    assert 70.7 < P90.SPREAD.worst < 1.01 * 70.7
    assert spread == pytest.approx(70.7, rel=0.05)
    assert probed(np.zeros((1000, 2)), true)["coverage"] == P90.COVERAGE.worst


def test_the_arms_differ_in_their_model_and_their_rates_alone():
    vae, gan = P90.ARMS.values()

    assert (vae.model, gan.model) == ("vae", "gan")
    for name in ("task", "varies", "sizes", "options", "optimizer", "settings", "recipe", "probed"):
        assert getattr(vae, name) == getattr(gan, name), name
    assert {key for arm in (vae, gan) for change in arm.at.values() for key in change} == {"learning_rate"}


def test_the_header_of_the_gan_trains_as_the_pair_does_where_the_heaps_are_wide(keras):
    """What `kdl train gan` does is the arm at deviation 0.1, which is the task's own."""
    here = P90.ARMS["gan"].here("0.1")

    assert Recipe.of("gan", "draw-points") == Recipe(settings=here.settings, **here.recipe)
    assert inspect.signature(draw_points.make).parameters["deviation"].default == here.options["deviation"]
    assert {name: one.default for name, one in inspect.signature(gan.build).parameters.items()}.items() >= here.sizes.items()


@pytest.mark.slow
def test_both_are_as_large_within_five_percent_and_differ_as_the_docstring_says():
    sizes = [arm.params("0.1") for arm in P90.ARMS.values()]

    assert sizes[0] - sizes[1] == 196
    assert max(sizes) <= 1.05 * min(sizes)


def rows(condition):
    return [
        {"seed": 0, "condition": condition, "arm": arm, "seconds": 1.0,
         "values": {"x.trained": [0.0, 1.0], "y.trained": [2.0, 3.0], "coverage.trained": 1.0, "spread.trained": 2.0}}
        for arm in P90.ARMS
    ]  # fmt: skip


def test_the_figure_has_a_panel_for_each_arm_and_one_for_the_truth():
    figure = P90.figure(Measured([*rows("0.1"), *rows("0.02")]))

    assert list(figure.series) == list(figure.across) == ["vae", "gan", "true"]
    assert (figure.across["vae"], figure.series["vae"]) == ([0.0, 1.0], [2.0, 3.0])
    assert len(figure.series["true"]) == P90.SHOWN
    assert "0.02" in figure.title and "0.1" in figure.more[0].title


def test_there_is_no_figure_where_an_arm_has_drawn_nothing():
    assert P90.figure(Measured(rows("0.1")[:1])) is None
