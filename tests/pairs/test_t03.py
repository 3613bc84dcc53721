"""T03, gradient descent against momentum: the valley against theory and Keras's optimizers, and the figure's numbers."""

import math

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T03")
T03 = catalog.load(CARD)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mu"), [("sgd", 0.0), ("momentum", 0.7)])
def test_the_valley_is_walked_as_the_optimizers_walk_it(keras, name, mu):
    """Ten steps of the NumPy lines against Keras, from the gradient a theta of the same valley."""
    from kdl.train import optimizer as optimizers

    a = np.geomspace(1 / 100, 1, T03.WEIGHTS)
    optimizer = optimizers.maker("optimizer", name)(0.9, **({"momentum": mu} if mu else {}))
    theta = keras.Variable(np.random.default_rng(3).normal(size=T03.WEIGHTS), dtype="float64")
    heights = [a @ theta.numpy() ** 2 / 2]
    for _ in range(10):
        optimizer.apply([keras.ops.convert_to_tensor(a * theta.numpy())], [theta])
        heights.append(a @ theta.numpy() ** 2 / 2)
    left = T03.valley(3, "100", rate=0.9, mu=mu)["left"]
    np.testing.assert_allclose(left[:11], np.array(heights) / heights[0], rtol=1e-6)


def test_one_weight_falls_by_its_factor_at_each_step(monkeypatch):
    """theta_t = (1 - rate a)^t theta_0, so a millionth of its square is left after log(1e-6) / log((1 - rate)^2) steps."""
    monkeypatch.setattr(T03, "WEIGHTS", 1)
    steps = math.ceil(math.log(1e-6) / math.log((1 - 0.3) ** 2))
    assert T03.valley(0, "1", rate=0.3)["steps"] == steps


def test_a_rate_beyond_two_over_the_steepest_slope_never_arrives():
    assert math.isnan(T03.valley(0, "10", rate=2.1)["steps"])


def test_a_diverged_walk_scores_the_most_steps_and_a_doubling_is_one():
    assert T03.STEPS.bounded(math.nan) == T03.MOST
    assert T03.STEPS.advantage(50, 100) == 1.0


def test_the_figure_says_the_steps_that_were_measured():
    committed = results.load(CARD)
    steps = committed["scores"]["steps"]
    first = {arm: steps[arm]["100"][0] for arm in T03.ARMS}
    assert committed["figure"]["message"] == "; ".join(f"{arm}: {first[arm]:.0f} steps to a millionth" for arm in T03.ARMS)
    for arm, values in committed["figure"]["series"].items():
        drawn = [value for value in values if value is not None]
        assert len(drawn) - 1 == first[arm]
        assert drawn[-1] <= T03.LEFT < drawn[-2]
