"""A model of ours and the one of the package `transformers` whose weights it has: what both answer, and how far apart.

For the tests of tests/models/test_transformers_parity.py, and for `tools/parity_table.py`, which prints what they hold to 1e-5.
"""

from __future__ import annotations

import numpy as np


def asked(one, model) -> dict:
    """What the model is called with, of all that a fixture (`made_folders.Fixture`) was asked."""
    return {key: one.asked[key].astype(np.int32) for key in model.input}


def states(keras, one, model) -> dict[str, tuple]:
    """`hidden` and `logits` -> (ours, theirs), at the places where a token is real."""
    both = keras.Model(model.input, [model.get_layer("hidden").output, model.output])
    real = one.asked["mask"] == 1
    found = zip(("hidden", "logits"), both.predict_on_batch(asked(one, model)), strict=True)
    return {name: (answer[real], one.answers[name][real]) for name, answer in found}


def losses(keras, one, model) -> tuple:
    """(ours, theirs): the loss before each of three steps of gradient descent, and after the last. Trains the model."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    model.compile(keras.optimizers.SGD(float(one.answers["rate"])), loss)
    x, y = asked(one, model), one.answers["targets"]
    found = [float(model.train_on_batch(x, y)) for _ in range(3)] + [float(model.test_on_batch(x, y))]
    return np.array(found), one.answers["losses"]


def difference(found, expected) -> float:
    """The largest difference, as a share of max(1, the largest expected number)."""
    return float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))
