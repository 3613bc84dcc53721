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
        r"^```text\n((?:(?!```).*\n)*?)\((kdl\.[\w.]+: [\w.]+)\)\n```",
        (content.quizzes() / topic.file).read_text(encoding="utf-8"),
        re.M,
    )
]


def cell(blocks):
    """Runs the twin of a recurrent cell; `blocks` are the symbols in the order of the weights' blocks."""

    def run(keras, cls, code):
        one = cls(UNITS)
        random = np.random.default_rng(0)
        x, states = random.normal(size=(BATCH, FEATURES)), [random.normal(size=(BATCH, UNITS)) for _ in one.state_size]
        one.build((BATCH, FEATURES))
        one.set_weights([random.normal(size=weight.shape) for weight in one.get_weights()])

        expected = one.call(keras.ops.cast(x, "float32"), [keras.ops.cast(state, "float32") for state in states])
        scope = {
            "σ": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh,
            "relu": lambda z: np.maximum(z, 0),
            "x": x,
            **dict(zip(("h_prev", "c_prev"), states, strict=False)),
        }
        for block, symbol in enumerate(blocks):
            kernel, recurrent, bias = one.get_weights()  # the GRU has two biases, b and d
            for letter, weights in zip("WUbd", (kernel, recurrent, *np.atleast_2d(bias)), strict=False):
                part = weights[..., block * UNITS : (block + 1) * UNITS]
                scope[f"{letter}_{symbol}" if symbol else letter] = part
        exec(code, scope)
        return [scope[letter] for letter, _ in zip("hc", expected[1], strict=False)], expected[1]

    return run


def adam(keras, cls, code):
    """Three steps on one weight, since the correction for the start changes from step to step."""
    random = np.random.default_rng(0)
    settings = {"lr": 0.1, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}
    optimizer = cls(settings["lr"], *list(settings.values())[1:])
    start = random.normal(size=UNITS)
    weight = keras.Variable(start, dtype="float64")
    scope = {"sqrt": np.sqrt, "m": 0.0, "v": 0.0, "theta": start, **settings}
    for t in (1, 2, 3):
        gradient = random.normal(size=UNITS)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
        exec(code, scope | (state := {"g": gradient, "t": t}), state)
        scope |= {name: state[name] for name in ("m", "v", "theta")}
    return [scope["theta"]], [weight.numpy()]


def divergence(keras, function, code):
    random = np.random.default_rng(0)
    mu, log_variance = random.normal(size=(2, BATCH, UNITS))
    scope = {"sum": lambda terms: terms.sum(axis=1), "log": np.log, "mu": mu, "s": np.exp(log_variance / 2)}
    exec(code, scope)
    return [scope["KL"]], [keras.ops.convert_to_numpy(function(mu, log_variance))]


def told_apart(keras, function, code):
    """The function takes logits, the equation probabilities."""
    true, drawn = np.random.default_rng(0).normal(size=(2, BATCH, 1))
    scope = {"mean": np.mean, "log": np.log, "D_true": 1 / (1 + np.exp(-true)), "D_drawn": 1 / (1 + np.exp(-drawn))}
    exec(code, scope)
    return [scope["L_D"]], [float(function(true, drawn))]


def energy_distance(keras, function, code):
    random = np.random.default_rng(0)
    scope = {"x": random.normal(size=(BATCH, FEATURES)), "y": random.normal(size=(UNITS, FEATURES)), "mean": np.mean}
    scope["apart"] = lambda a, b: np.linalg.norm(a[:, None] - b[None], axis=-1)
    exec(code, scope)
    return [scope["D"]], [function(scope["x"], scope["y"])]


RUN = {
    "kdl.models.generative.vae: divergence": divergence,
    "kdl.models.generative.gan: told_apart": told_apart,
    "kdl.metrics.energy_distance: energy_distance": energy_distance,
    "kdl.models.rnn.lstm: LSTMCell.call": cell("ifco"),
    "kdl.models.rnn.gru: GRUCell.call": cell("zrh"),
    "kdl.models.rnn.simple_rnn: SimpleRNNCell.call": cell([""]),
    "kdl.models.rnn.irnn: IRNNCell.call": cell([""]),
    "kdl.optimizers.adam: Adam.update_step": adam,
}


def test_every_equation_is_transcribed_here():
    assert {param.values[0] for param in TWINS} == set(RUN), "a new equation needs a function in RUN"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), TWINS)
def test_the_twin_equals_its_function(name, code):
    import importlib

    from kdl import backend

    keras = backend.start()
    module, _, path = name.partition(": ")

    said, expected = RUN[name](keras, getattr(importlib.import_module(module), path.partition(".")[0]), code)

    for one, other in zip(said, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
