"""The plain-text twin of a display equation is Python: run with NumPy, it equals the function that it names."""

import re

import numpy as np
import pytest

from kdl import content
from kdl.quiz import library

BATCH, FEATURES, UNITS = 3, 2, 4

TWINS = [
    pytest.param(match[2], match[1], id=f"{topic.id}:{match[2]}")
    for topic in library.topics()
    for match in re.finditer(
        r"^```text\n(.*?)^\((kdl\.[\w.]+: [\w.]+)\)\n```",
        (content.quizzes() / topic.file).read_text(encoding="utf-8"),
        re.M | re.S,
    )
]
# Where each symbol of the twin stands in the weights of the cell: the blocks of kernel, recurrent kernel and bias.
BLOCKS = {"kdl.models.rnn.lstm: LSTMCell.call": "ifco", "kdl.models.rnn.simple_rnn: SimpleRNNCell.call": [""]}


def test_every_equation_is_transcribed_here():
    assert {param.values[0] for param in TWINS} == set(BLOCKS), "a new equation needs its symbols in BLOCKS"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), TWINS)
def test_the_twin_equals_its_function(name, code):
    import importlib

    from kdl import backend

    keras = backend.start()
    module, _, path = name.partition(": ")
    cell = getattr(importlib.import_module(module), path.partition(".")[0])(UNITS)
    random = np.random.default_rng(0)
    x, states = random.normal(size=(BATCH, FEATURES)), [random.normal(size=(BATCH, UNITS)) for _ in cell.state_size]
    cell.build((BATCH, FEATURES))
    cell.set_weights([random.normal(size=weight.shape) for weight in cell.get_weights()])

    expected = cell.call(keras.ops.cast(x, "float32"), [keras.ops.cast(state, "float32") for state in states])
    scope = {
        "σ": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "x": x,
        **dict(zip(("h_prev", "c_prev"), states, strict=False)),
    }
    for block, symbol in enumerate(BLOCKS[name]):
        for letter, weights in zip("WUb", cell.get_weights(), strict=True):
            part = weights[..., block * UNITS : (block + 1) * UNITS]
            scope[f"{letter}_{symbol}" if symbol else letter] = part
    exec(code, scope)

    np.testing.assert_allclose(scope["h"], expected[0], rtol=1e-5, atol=1e-6)
    for letter, state in zip("hc", expected[1], strict=False):
        np.testing.assert_allclose(scope[letter], state, rtol=1e-5, atol=1e-6)
