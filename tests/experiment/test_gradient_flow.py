"""The gradient through time against NumPy transcriptions of the two cells, differentiated by hand and by differences."""

import numpy as np
import pytest

from kdl.experiment import gradient_flow

LENGTH, BATCH, UNITS = 5, 3, 4


def built(name):
    from kdl import backend, catalog

    backend.start().utils.set_random_seed(5)
    model = catalog.build(name, features=2, units=UNITS, outputs=1)
    dice = np.random.default_rng(0)
    x = dice.normal(size=(BATCH, LENGTH, 2)).astype("float32")
    y = dice.normal(size=(BATCH, 1)).astype("float32")
    weights = [np.asarray(weight, dtype=float) for weight in model.get_weights()]
    return model, x, y, weights


@pytest.mark.slow
def test_simple_rnn_is_the_product_of_its_jacobians():
    """dL/dh_t = dL/dh_{t+1} diag(1 - h_{t+1}^2) U^T, and dL/dh_T = 2 (y' - y) V^T."""
    model, x, y, (w, u, b, v, d) = built("simple-rnn")
    states = [np.zeros((BATCH, UNITS))]
    for step in range(LENGTH):
        states.append(np.tanh(x[:, step] @ w + states[-1] @ u + b))
    gradient = 2 * (states[-1] @ v + d - y) @ v.T
    expected = [np.linalg.norm(gradient, axis=-1).mean()]
    for state in states[:1:-1]:
        gradient = (gradient * (1 - state**2)) @ u.T
        expected.append(np.linalg.norm(gradient, axis=-1).mean())
    np.testing.assert_allclose(gradient_flow.through_time(model, x, y), expected, rtol=1e-4)


@pytest.mark.slow
def test_lstm_counts_both_of_its_states():
    """By central differences of a float64 transcription, from the states h and c of each step."""
    model, x, y, (w, u, b, v, d) = built("lstm")

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def onward(state, step):  # (B, 2N): h and c
        h, c = np.split(state, 2, axis=-1)
        i, f, g, o = np.split(x[:, step] @ w + h @ u + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return np.concatenate([sigmoid(o) * np.tanh(c), c], axis=-1)

    def losses(state, step):
        for later in range(step, LENGTH):
            state = onward(state, later)
        return ((state[:, :UNITS] @ v + d - y) ** 2).sum(axis=-1)  # (B)

    state, states = np.zeros((BATCH, 2 * UNITS)), []
    for step in range(LENGTH):
        state = onward(state, step)
        states.append(state)
    expected = []
    for step, state in enumerate(states, 1):
        slopes = [(losses(state + nudge, step) - losses(state - nudge, step)) / 2e-5 for nudge in 1e-5 * np.eye(2 * UNITS)]
        expected.append(np.linalg.norm(slopes, axis=0).mean())
    np.testing.assert_allclose(gradient_flow.through_time(model, x, y), expected[::-1], rtol=1e-3)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([1.0, 0.66, 0.554], "0.55 left 2 steps back"),
        ([1.0, 3.2], "3.2 left 1 steps back"),
        ([1.0, 0.0], "0 left 1 steps back"),
        ([1.0, 2.3e-9], "2.3e-09 left 1 steps back"),
    ],
)
def test_what_is_told_is_the_end_of_the_curve(shares, said):
    """No half-life: that would be the slope of a straight line through a curve that need not be one."""
    assert gradient_flow.told(shares) == said


def test_the_share_left_starts_at_one_and_is_averaged_on_a_logarithmic_axis():
    assert gradient_flow.share_left([[2.0, 0.2], [1.0, 0.001]]) == pytest.approx([1.0, 0.01])
    assert gradient_flow.share_left([[1.0, 0.0], [1.0, 0.5]]) == [1.0, 0.0]
    assert gradient_flow.share_left([]) == []


NAN = float("nan")


@pytest.mark.parametrize("gone", [[1.0, NAN], [None, None], [float("inf"), 1.0], [0.0, 0.0]])
def test_a_seed_that_diverged_is_left_out_of_the_mean_and_counted(gone):
    share = gradient_flow.share_left([[2.0, 1.0], gone, [1.0, 0.5]])
    assert share == pytest.approx([1.0, 0.5])
    assert gradient_flow.told(share) == "0.5 left 1 steps back (1 of 3 seeds left out: diverged)"


def test_where_every_seed_diverged_there_is_no_number():
    share = gradient_flow.share_left([[NAN, NAN], [None, None]])
    assert share, "the other curves of a figure are still drawn"
    assert gradient_flow.told(share) == "diverged"
