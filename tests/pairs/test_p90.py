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
    return {"off": P90.off(drawer, noise, true)} | {name: P90.measured_by(name)(drawer, noise, true) for name in P90.COUNTED}


@pytest.mark.parametrize("deviation", [0.1, 0.02])
def test_true_points_cover_every_mode_are_good_and_spread_as_they_should(deviation):
    """The probes take the deviation from the true points of the seed, so one probe serves both conditions."""
    true, drawn = (eight_gaussians.points(np.random.default_rng(seed), 1000, deviation=deviation) for seed in (0, 1))

    assert P90.deviation(true) == pytest.approx(deviation, rel=0.05)
    found = probed(drawn, true)
    assert found["coverage"] == 1 and found["quality"] > 0.97
    assert found["spread"] == pytest.approx(1, rel=0.1)
    assert found["off"] == max(found["spread"], 1 / found["spread"])
    assert found["met"] > 0.9 and found["overlap"] > 0.85


def test_a_collapsed_generator_wins_nothing_that_is_claimed():
    """All points on one spot, a deviation off its centre: always good, no spread. What is claimed sees through it."""
    true = eight_gaussians.points(np.random.default_rng(0), 1000)
    spot = eight_gaussians.centres()[:1] + [[0.1, 0.0]]
    found = probed(np.repeat(spot, 1000, axis=0), true)

    assert found["quality"] == 1 and found["spread"] < 1
    assert found["coverage"] == found["met"] == 1 / 8
    assert found["overlap"] == 1 / 32
    assert found["off"] == P90.OFF.worst
    judged = {claim.measure.name for claim in P90.CLAIMS}
    assert judged == {"coverage.trained", "met.trained", "off.trained"}


def test_points_that_are_smeared_at_all_eight_heaps_cover_them_and_are_judged_by_their_spread():
    """Ten times the true deviation: few are good, but no mode is left out, so the spread says what it is."""
    true = eight_gaussians.points(np.random.default_rng(0), 1000, deviation=0.02)
    found = probed(eight_gaussians.points(np.random.default_rng(1), 1000, deviation=0.2), true)

    assert found["quality"] < 0.1 and found["coverage"] == 1
    assert found["off"] == found["spread"] == pytest.approx(10, rel=0.1)


def test_eight_spots_are_as_far_off_as_can_be():
    """Every mode covered, and no spread at all: too sharp is not sharp."""
    true = eight_gaussians.points(np.random.default_rng(0), 1000)
    spots = probed(np.repeat(eight_gaussians.centres(), 125, axis=0), true)
    half = probed(eight_gaussians.points(np.random.default_rng(1), 1000, deviation=0.05), true)

    assert spots["coverage"] == 1 and spots["off"] == P90.OFF.worst
    assert half["off"] == pytest.approx(2, rel=0.1)


def test_all_points_on_the_middle_of_the_circle_are_just_better_than_the_declared_worst():
    """At the narrow condition: 2 / sqrt(2) / 0.02 = 70.7."""
    true = eight_gaussians.points(np.random.default_rng(0), 1000, deviation=0.02)
    spread = probed(np.zeros((1000, 2)), true)["spread"]

    assert 70.7 < P90.OFF.worst < 1.01 * 70.7
    assert spread == pytest.approx(70.7, rel=0.05)
    assert probed(np.zeros((1000, 2)), true)["coverage"] == P90.COVERAGE.worst


def test_the_arms_differ_in_their_model_and_their_rates_alone():
    vae, gan = P90.ARMS.values()

    assert (vae.model, gan.model) == ("vae", "gan")
    for name in ("task", "varies", "sizes", "options", "optimizer", "settings", "schedule", "at", "begin", "probed"):
        assert getattr(vae, name) == getattr(gan, name), name
    assert vae.probes.keys() == gan.probes.keys()
    assert {key for key in vae.recipe | gan.recipe if vae.recipe[key] != gan.recipe[key]} == {"learning_rate"}


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


@pytest.mark.slow
def test_a_step_costs_what_the_docstring_says(keras):
    """A dense layer does one multiply-add for each number of its matrix. The VAE runs all of it once, the GAN D three times."""
    vae, gan = (catalog.build(name, latent=2, outputs=2, width=64, depth=2) for name in ("vae", "gan"))

    def cost(model):
        return sum(weight.shape[0] * weight.shape[1] for weight in model.trainable_weights if len(weight.shape) == 2)

    told = [cost(vae.encoder) + cost(vae.decoder), cost(gan.generator) + 3 * cost(gan.discriminator)]
    assert told == [8832, 17216]
    assert all(f"{one:,} multiply-adds" in P90.__doc__ or f": {one:,}." in P90.__doc__ for one in told)


def rows(condition, seed=0, overlap=0.5):
    """One row for each arm; the points stand to the right by their overlap."""
    values = {"x.trained": [overlap, 1.0], "y.trained": [2.0, 3.0], "coverage.trained": 1.0, "overlap.trained": overlap}
    return [{"seed": seed, "condition": condition, "arm": arm, "seconds": 1.0, "values": values} for arm in P90.ARMS]


def test_the_figure_has_a_panel_for_each_arm_and_one_for_the_truth():
    figure = P90.figure(Measured([*rows("0.1"), *rows("0.02")]))

    assert list(figure.series) == list(figure.across) == ["vae", "gan", "true"]
    assert (figure.across["vae"], figure.series["vae"]) == ([0.5, 1.0], [2.0, 3.0])
    assert len(figure.series["true"]) == P90.SHOWN
    assert "0.02" in figure.title and "0.1" in figure.more[0].title


def test_the_figure_shows_the_seed_with_the_median_overlap():
    """Of four the lower one of the two in the middle."""
    several = [row for seed, overlap in enumerate((0.9, 0.1, 0.4, 0.3)) for row in rows("0.02", seed, overlap)]

    assert P90.figure(Measured(several)).across["gan"] == [0.3, 1.0]
    assert P90.figure(Measured(several[:6])).across["vae"] == [0.4, 1.0]


def test_seed_0_draws_as_seed_10_elsewhere():
    """Seeds 0 to 9 were seen under another measure of coverage."""
    assert {arm.begin for arm in P90.ARMS.values()} == {10}


def test_there_is_no_figure_where_an_arm_has_drawn_nothing():
    assert P90.figure(Measured(rows("0.1")[:1])) is None
