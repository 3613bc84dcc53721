"""An equation that stands for a part of Keras itself is Python, too: run with NumPy, it equals that part."""

import re

import numpy as np
import pytest

from kdl import content
from kdl.quiz import library

BATCH, FEATURES, UNITS, STEPS = 3, 2, 4, 5

TWINS = {
    match[2]: match[1]
    for topic in library.topics()
    for match in re.finditer(
        r"^```text\n((?:(?!```).*\n)*?)\((keras\.[\w.]+: [\w.]+)\)\n```",
        (content.quizzes() / topic.file).read_text(encoding="utf-8"),
        re.M,
    )
}
random = np.random.default_rng(0)


def filled(layer, *shape):
    """The layer with weights drawn anew: those that Keras starts with are too regular to tell mistakes apart."""
    layer.build(shape)
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.get_weights()])
    return layer


def stack(keras, code):
    cells = [keras.layers.SimpleRNNCell(UNITS), keras.layers.SimpleRNNCell(UNITS + 1)]
    both = filled(keras.layers.StackedRNNCells(cells), BATCH, FEATURES)
    x, states = random.normal(size=(BATCH, FEATURES)), [random.normal(size=(BATCH, size)) for size in (UNITS, UNITS + 1)]
    x, states = keras.ops.cast(x, "float32"), [keras.ops.cast(state, "float32") for state in states]
    one, two = (lambda x, h, cell=cell: cell(x, [h])[0] for cell in cells)
    scope = {"cell_1": one, "cell_2": two, "x": x, "h1_prev": states[0], "h2_prev": states[1]}
    exec(code, scope)
    return scope["h2"], both(x, [[state] for state in states])[0]


def both_ways(keras, code):
    layer = filled(keras.layers.Bidirectional(keras.layers.SimpleRNN(UNITS, return_sequences=True)), BATCH, STEPS, FEATURES)
    x = keras.ops.cast(random.normal(size=(BATCH, STEPS, FEATURES)), "float32")
    nothing = np.zeros((BATCH, UNITS), "float32")
    scope = {
        "cell_f": lambda x, h: layer.forward_layer.cell(x, [h])[0],
        "cell_b": lambda x, h: layer.backward_layer.cell(x, [h])[0],
        "x": {t: x[:, t] for t in range(STEPS)},
        "forward": {-1: nothing},
        "backward": {STEPS: nothing},
        "y": {},
        "concatenate": lambda a, b: np.concatenate([a, b], axis=-1),
    }
    forward, backward, joined = code.strip().split("\n")
    for line, order in ((forward, range(STEPS)), (backward, reversed(range(STEPS))), (joined, range(STEPS))):
        for t in order:
            exec(line, scope | {"t": t})
    return np.stack([scope["y"][t] for t in range(STEPS)], axis=1), layer(x)


def clip(keras, code):
    gradients = [random.normal(size=(3, 2)), random.normal(size=4)]
    weights = [keras.Variable(np.zeros(gradient.shape, "float32")) for gradient in gradients]
    optimizer = keras.optimizers.SGD(1.0, global_clipnorm=0.7)
    optimizer.apply([keras.ops.cast(gradient, "float32") for gradient in gradients], weights)
    scope = {"sqrt": np.sqrt, "gradients": gradients, "c": 0.7}
    exec(code, scope)
    return np.concatenate([g.ravel() for g in scope["clipped"]]), -np.concatenate([w.numpy().ravel() for w in weights])


def scale(keras, code):
    """Two steps of SGD, one with a finite scaled gradient and one without: weight and scale after each."""
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.5), initial_scale=1024.0)
    weight, expected = keras.Variable(np.zeros(3, "float32")), []
    scope = {"all": np.all, "isfinite": np.isfinite, "S": 1024.0}
    said, moved = [], np.zeros(3)
    for g in (random.normal(size=3), np.array([1.0, np.inf, 2.0])):
        optimizer.apply([keras.ops.cast(1024.0 * g, "float32")], [weight])
        scope["g"] = g
        exec(code, scope)
        moved = moved - 0.5 * scope["g_used"] if scope["finite"] else moved
        said += [*moved, scope["S_next"]]
        expected += [*weight.numpy(), float(optimizer.dynamic_scale.numpy())]
    return said, expected


RUN = {
    "keras.optimizers: LossScaleOptimizer.apply": scale,
    "keras.layers: StackedRNNCells.call": stack,
    "keras.layers: Bidirectional.call": both_ways,
    "keras.optimizers: Optimizer.apply": clip,
}


def test_every_equation_of_a_part_of_keras_is_run_here():
    assert set(TWINS) == set(RUN), "an equation that names a part of Keras needs a function in RUN"


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_the_equation_equals_the_part_of_keras(name):
    from kdl import backend

    said, expected = RUN[name](backend.start(), TWINS[name])

    np.testing.assert_allclose(said, expected, rtol=1e-5, atol=1e-6)
