"""T05, Rprop against RMSprop: the NumPy steps against the optimizers, the lecture's noise, and the figure's numbers."""

import re

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T05")
T05 = catalog.load(CARD)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rprop", "rmsprop"])
def test_the_steps_are_those_of_the_optimizers(keras, name):
    """Thirty random gradients, whose signs flip about every other time."""
    gradients = np.random.default_rng(4).normal(size=(30, 7))
    optimizer = catalog.load(catalog.find("algorithm", name)).make(0.03)
    theta, (step, _) = keras.Variable(np.zeros(7), dtype="float64"), getattr(T05, name)(0.03, 7)
    walked = np.zeros(7)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theta])
        walked = walked + step(gradient)
    np.testing.assert_allclose(walked, theta.numpy(), rtol=1e-5)


def test_a_step_size_grows_by_a_fifth_while_signs_agree_and_halves_when_they_flip():
    """+1 +1 -1 -1: moves of 0.1 and 0.12, then the flip halves and waits, and after it there is no sign to compare with."""
    step, sizes = T05.rprop(0.1, 1)
    moves = [float(step(np.array([gradient]))[0]) for gradient in (1.0, 1.0, -1.0, -1.0)]
    assert moves == pytest.approx([-0.1, -0.12, 0.0, 0.06])
    assert sizes[0] == pytest.approx(0.06)


def test_one_answer_in_ten_is_pushed_nine_times_as_far_to_the_other_side():
    """What is left of y when the even noise's weights are taken away takes two values, 9 to -1, and their mean is near 0."""
    x, y = T05.points(1000, "8")
    exact, *_ = np.linalg.lstsq(x, y, rcond=None)
    high = y - x @ exact > 1
    assert 0.07 < high.mean() < 0.13
    noise = np.where(high, 3.0, -1 / 3)
    w, *_ = np.linalg.lstsq(x[:, :-1], y - noise, rcond=None)
    np.testing.assert_allclose(x[:, :-1] @ w + noise, y, atol=1e-9)


def test_the_figure_says_when_step_sizes_collapse_and_what_is_left_then():
    committed = results.load(CARD)
    said = re.findall(r"([^;]+): below a thousandth after (\d+) steps, (\S+) of the loss left", committed["figure"]["message"])
    assert [name.strip() for name, _, _ in said] == list(committed["figure"]["series"])
    for (_, number, _), values in zip(said, committed["figure"]["series"].values(), strict=True):
        assert values[int(number)] < 1e-3 <= min(values[: int(number)])
    batches, whole = (float(share) for _, _, share in said)
    assert batches > 1000 * whole


def test_both_curves_of_the_figure_start_at_the_same_step_size():
    """A first step that was tuned for each would show the tuning, and not the batches."""
    starts = {values[0] for values in results.load(CARD)["figure"]["series"].values()}
    assert starts == {T05.ARMS["rprop"].parts["8"].keywords["rate"]}
    for arm in T05.ARMS.values():
        assert arm.parts["8"].keywords["rate"] == arm.parts["all-same"].keywords["rate"]


@pytest.mark.parametrize("name", ["8", "even", "all", "all-same"])
def test_a_score_is_what_the_curve_ends_with(monkeypatch, name):
    """A run that is as long as the curve. The start is 0 everywhere, so its loss is that of y, less the least possible."""
    monkeypatch.setattr(T05, "STEPS", T05.DRAWN)
    found = T05.regression(1000, name, method=T05.rmsprop, rate=0.01)
    x, y = T05.points(1000, name)
    _, (squares,), *_ = np.linalg.lstsq(x, y, rcond=None)
    start = (np.sum(y**2) - squares) / (2 * len(y))
    assert found["left"][0] == 1.0
    assert found["excess"] == pytest.approx(found["left"][-1] * start)
