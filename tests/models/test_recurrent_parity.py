"""The recurrent models against PyTorch, given the same weights: `tests/fixtures/parity/`, made by tools/make_fixtures.py.

PyTorch's conventions, undone here one by one: matrices stand on the left (so they are transposed), every block has two
biases, and the blocks of the GRU stand in the order r, z, n.
"""

from pathlib import Path

import numpy as np
import pytest

from kdl import catalog

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "parity"
M, N = 4, 5


def torch_layer(name):
    with np.load(FIXTURES / f"{name}.npz") as kept:
        return dict(kept)


def transposed(kept, suffix):
    """W (M, kN), U (N, kN), and both biases (kN), of the layer or direction that PyTorch calls `suffix`."""
    W, U, b, d = (kept[f"{kind}_{suffix}"] for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    return W.T, U.T, b, d


def one_bias(kept, suffix="l0"):
    """Where both biases are added to the same sum they are one. The order i, f, g, o of the LSTM is ours."""
    W, U, b, d = transposed(kept, suffix)
    return [W, U, b + d]


def gru(kept):
    """Blocks r, z, n become z, r, h. Of the candidate's two biases, the reset gate multiplies the second."""

    def ordered(part):
        r, z, n = np.split(part, 3, axis=-1)
        return np.concatenate([z, r, n], axis=-1)

    W, U, b, d = (ordered(part) for part in transposed(kept, "l0"))
    return [W, U, np.stack([b, d])]


# Model -> its recurrent weights out of those of PyTorch's layer.
WEIGHTS = {
    "bidirectional-rnn": lambda kept: one_bias(kept) + one_bias(kept, "l0_reverse"),
    "deep-rnn": lambda kept: one_bias(kept, "l0") + one_bias(kept, "l1") + one_bias(kept, "l2"),
    "gru": gru,
    "irnn": one_bias,
    "lstm": one_bias,
    "simple-rnn": one_bias,
}
SIZES = {"deep-rnn": {"num_layers": 3}}


@pytest.mark.oracle
@pytest.mark.content
@pytest.mark.parametrize("name", sorted(WEIGHTS))
def test_every_state_is_that_of_pytorch_with_the_same_weights(name, keras):
    kept = torch_layer(name)
    model = catalog.build(name, features=M, units=N, **SIZES.get(name, {}))
    weights = WEIGHTS[name](kept)
    model.set_weights(weights + model.get_weights()[len(weights) :])  # what is left is the head's
    layer = model.get_layer("lstm_3" if name == "deep-rnn" else "recurrence")

    found = keras.Model(model.input, layer.output).predict_on_batch(kept["x"])
    if found.ndim == 2:  # the model keeps the last state alone; its cell knows all of them
        every = np.asarray(keras.layers.RNN(layer.cell, return_sequences=True)(kept["x"]))
        np.testing.assert_allclose(found, every[:, -1], rtol=0, atol=1e-6)
        found = every

    assert found.shape == kept["outputs"].shape
    np.testing.assert_allclose(found, kept["outputs"], rtol=0, atol=1e-5 * max(1.0, np.abs(kept["outputs"]).max()))


@pytest.mark.parametrize("name", sorted(WEIGHTS))
def test_a_fixture_names_its_reference_and_is_no_trivial_case(name):
    """Every state moves from step to step, and no sequence equals another."""
    kept = torch_layer(name)

    assert str(kept["reference"]).startswith("torch.nn.") and ", torch 2." in str(kept["reference"])
    assert (np.abs(np.diff(kept["outputs"], axis=1)).max(axis=(1, 2)) > 0.1).all()
    assert len({row.tobytes() for row in kept["outputs"]}) == 3
