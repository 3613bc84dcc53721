"""The learning-rate schedules against the formulas of their papers, at the corners and in between."""

import math

import numpy as np
import pytest

from kdl import catalog
from kdl.optimizers import lr_range_test, one_cycle_policy, slanted_triangular_lr

SCHEDULES = sorted(card.id for card in catalog.algorithms().values() if card.makes == "schedule")


def make(name, *args, **options):
    return catalog.load(catalog.find("algorithm", name)).make(*args, **options)


def oracle(name):
    """The test counts as proof of one entry."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", [name]), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


def rates(schedule, steps):
    return np.array([float(schedule(step)) for step in range(steps)])


@oracle("one-cycle-policy")
@pytest.mark.parametrize(
    ("step", "rate", "mu"),
    [
        (0, 0.1, 0.95),  # a tenth of the peak
        (225, 0.55, 0.90),  # half of the way up
        (450, 1.0, 0.85),  # the peak: in the middle of the 900 steps of the cycle
        (675, 0.55, 0.90),
        (900, 0.1, 0.95),  # the end of the cycle
        (950, (0.1 + 0.001) / 2, 0.95),  # half of the tail
        (1000, 0.001, 0.95),
    ],
)
def test_one_cycle_at_its_corners(step, rate, mu, name, keras):
    assert float(make(name, 1.0, 1000)(step)) == pytest.approx(rate, rel=1e-5)
    assert float(one_cycle_policy.OneCycleMomentum(1000)(step)) == pytest.approx(mu, rel=1e-5)


@oracle("one-cycle-policy")
def test_one_cycle_is_made_of_the_three_lines_of_its_header(name, keras):
    peak, low, final, T, C = 3.0, 0.5, 0.02, 77, 0.7
    half = C * T / 2

    def line(t):
        if t <= half:
            return low + (peak - low) * t / half
        if t <= C * T:
            return peak - (peak - low) * (t - half) / half
        return low - (low - final) * (t - C * T) / (T - C * T)

    schedule = one_cycle_policy.OneCycle(peak, T, low=low, share=C, final=final)

    np.testing.assert_allclose(rates(schedule, T), [line(t) for t in range(T)], rtol=1e-5)


@oracle("slanted-triangular-lr")
@pytest.mark.parametrize(
    ("step", "rate"),
    [
        (0, 0.01 / 32),  # p = 0
        (5, 0.01 * (1 + 0.5 * 31) / 32),  # p = 5 / 10
        (10, 0.01),  # cut = 10: p = 1
        (55, 0.01 * (1 + 0.5 * 31) / 32),  # p = 1 - 45 / 90
        (100, 0.01 / 32),
    ],
)
def test_slanted_triangular_at_its_corners(step, rate, name, keras):
    """T = 100, cut_frac = 0.1, ratio = 32, peak = 0.01: the paper's settings."""
    assert float(make(name, 0.01, 100)(step)) == pytest.approx(rate, rel=1e-5)


def published(t, T, peak=0.01, cut_frac=0.1, ratio=32):
    """Equation 3 of the paper, letter by letter."""
    cut = math.floor(T * cut_frac)
    p = t / cut if t < cut else 1 - (t - cut) / (cut * (1 / cut_frac - 1))
    return peak * (1 + p * (ratio - 1)) / ratio


@oracle("slanted-triangular-lr")
def test_slanted_triangular_is_the_published_formula(name, keras):
    np.testing.assert_allclose(rates(make(name, 0.01, 200), 200), [published(t, 200) for t in range(200)], rtol=1e-4)


def test_where_the_published_formula_turns_negative_ours_stops_at_the_lowest_rate(keras):
    """T = 19: cut is 1 and the fall is over after 9 steps; the formula goes on, below 0 for the last eight."""
    formula, ours = np.array([published(t, 19) for t in range(19)]), rates(make("slanted-triangular-lr", 0.01, 19), 19)

    assert (formula < 0).sum() == 8
    np.testing.assert_allclose(ours, np.maximum(formula, 0.01 / 32), rtol=1e-4)


@oracle("lr-range-test")
@pytest.mark.parametrize(("step", "rate"), [(0, 1e-5), (20, 1e-4), (40, 1e-3), (100, 1.0)])
def test_the_range_test_multiplies_by_the_same_factor_at_every_step(step, rate, name, keras):
    """1e-5 to 1 in 101 steps: an order of magnitude every 20."""
    schedule = lr_range_test.RangeTest(1e-5, 1.0, 101)

    assert float(schedule(step)) == pytest.approx(rate, rel=1e-4)
    assert float(make(name, 10.0, 61)(0)) == pytest.approx(1e-5, rel=1e-4)
    assert float(make(name, 10.0, 61)(60)) == pytest.approx(10.0, rel=1e-4)


@oracle("lr-range-test")
def test_steepest_finds_the_middle_of_the_slope(name, keras):
    """The loss falls as a sigmoid of log10 lr around -2.5, then diverges: the slope is steepest at 10^-2.5."""
    exponent = np.linspace(-6, 1, 141)
    losses = 2 - 1.5 / (1 + np.exp(-4 * (exponent + 2.5)))
    losses[exponent > 0] = np.nan

    found = lr_range_test.steepest(10**exponent, losses)

    assert np.log10(found) == pytest.approx(-2.5, abs=0.06)


@pytest.mark.parametrize(("losses", "wrong"), [([1.0] * 3, "at least 7 losses"), (list(range(20)), "falls nowhere")])
def test_a_range_test_that_shows_nothing_says_so(losses, wrong):
    with pytest.raises(ValueError, match=wrong):
        lr_range_test.steepest(np.geomspace(1e-5, 1, len(losses)), losses)


# ---- inside Keras ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_compiled_model_trains_with_it_and_uses_its_rates(name, backend, keras):
    """Under SGD with a constant gradient of 1 the weight moves by exactly minus the rate: the loss is the weight itself."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    schedule, steps = make(name, 0.5, 20), 20
    model.compile(optimizer=keras.optimizers.SGD(schedule), loss=lambda y, predicted: predicted)
    x, path = np.ones((1, 1), "float32"), [model.get_weights()[0][0, 0]]
    for _ in range(steps):
        model.train_on_batch(x, x)
        path.append(model.get_weights()[0][0, 0])

    np.testing.assert_allclose(-np.diff(path), rates(schedule, steps), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
def test_it_comes_back_from_a_saved_model(name, keras, tmp_path):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    schedule = make(name, 0.5, 20)
    model.compile(optimizer=keras.optimizers.SGD(schedule), loss="mse")
    model.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras").optimizer._learning_rate

    np.testing.assert_array_equal(rates(schedule, 20), rates(again, 20))


def test_the_whole_one_cycle_policy_moves_rate_and_momentum(keras, tmp_path):
    """v = mu(t) v - lr(t) g, with both from the schedules; and both come back from a saved file."""
    lr, mu, steps = one_cycle_policy.OneCycle(0.5, 20), one_cycle_policy.OneCycleMomentum(20), 20
    optimizer = make("momentum", lr, mu)
    optimizer = type(optimizer).from_config(optimizer.get_config())
    weight, v, expected = keras.Variable(np.zeros(1), dtype="float64"), 0.0, 0.0
    for step in range(steps):
        optimizer.apply([keras.ops.ones(1, "float64")], [weight])
        v = float(mu(step)) * v - float(lr(step))
        expected += v

        assert weight.numpy()[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("make_it", "wrong"),
    [
        (lambda: one_cycle_policy.OneCycle(1.0, 10, share=1.0), "steps must be at least 1 and share in"),
        (lambda: one_cycle_policy.OneCycleMomentum(10, high=0.5, low=0.9), "0 <= low <= high < 1 must hold"),
        (lambda: slanted_triangular_lr.SlantedTriangular(1.0, 9), "leave at least one step to rise"),
        (lambda: lr_range_test.RangeTest(1.0, 0.1, 10), "0 < low < high and steps >= 2 must hold"),
    ],
)
def test_settings_that_mean_nothing_are_refused(make_it, wrong, keras):
    with pytest.raises(ValueError, match=wrong):
        make_it()
