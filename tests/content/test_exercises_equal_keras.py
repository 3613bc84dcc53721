"""Five reference solutions give what the layers, losses and optimizers of Keras give, on the graders' own cases."""

import numpy as np
import pytest

from kdl.grade import exercise
from kdl.grade.judge import Reference

pytestmark = [pytest.mark.oracle, pytest.mark.content, pytest.mark.slow]


def solution(slug) -> dict:
    names: dict = {}
    one = exercise.find(slug)
    exec(compile(one.read("solution.py"), f"{slug}/solution.py", "exec"), names)
    return names


def inputs(slug, step) -> list:
    """The inputs of the cases of two seeds, in float64."""
    return [case.widened().inputs for seed in range(2) for case in Reference(exercise.find(slug), seed).cases[step]]


def close(got, theirs):
    np.testing.assert_allclose(got, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("slug", ["gru-cell"])
@pytest.mark.parametrize(
    ("step", "function", "reset_after"), [("before", "step_reset_before", False), ("after", "step_reset_after", True)]
)
def test_both_steps_are_those_of_the_keras_cell(slug, step, function, reset_after):
    import keras

    code = solution(slug)
    for case in inputs(slug, step):
        x, h, *weights = case.values()
        cell = keras.layers.GRUCell(h.shape[1], reset_after=reset_after, dtype="float64")
        cell.build(x.shape)
        cell.set_weights(weights)
        close(code[function](**case), cell(x, [h])[0])


@pytest.mark.parametrize("slug", ["gru-cell"])
def test_a_sequence_is_that_of_the_keras_layer(slug):
    import keras

    code = solution(slug)
    for case in inputs(slug, "sequence"):
        xs, h0, *weights = case.values()
        layer = keras.layers.GRU(h0.shape[1], return_sequences=True, dtype="float64")
        layer.build(xs.shape)
        layer.set_weights(weights)
        close(code["gru_forward"](**case), layer(xs, initial_state=h0))


@pytest.mark.parametrize("slug", ["bptt"])
def test_the_way_back_is_that_of_automatic_differentiation(slug):
    """`keras.layers.SimpleRNN` forwards, and TensorFlow's gradient of sum(dhs * hs)."""
    import keras
    import tensorflow as tf

    code = solution(slug)
    for case in inputs(slug, "backward"):
        dhs, *rest = case.values()
        xs, h0 = tf.Variable(rest[0]), tf.Variable(rest[1])
        layer = keras.layers.SimpleRNN(h0.shape[1], return_sequences=True, dtype="float64")
        layer.build(xs.shape)
        layer.set_weights(rest[2:])
        with tf.GradientTape() as tape:
            hs = layer(tf.convert_to_tensor(xs), initial_state=tf.convert_to_tensor(h0))
            loss = tf.reduce_sum(dhs * hs)
        close(code["rnn_forward"](*rest), hs)
        variables = [xs, h0, *(weight.value for weight in layer.weights)]
        for got, theirs in zip(code["bptt"](**case), tape.gradient(loss, variables), strict=True):
            close(got, theirs)


@pytest.mark.parametrize("slug", ["clip-gradients"])
@pytest.mark.parametrize(
    ("step", "function", "argument"),
    [
        ("value", "clip_by_value", "clipvalue"),
        ("norm", "clip_by_norm", "clipnorm"),
        ("global-norm", "clip_by_global_norm", "global_clipnorm"),
    ],
)
def test_a_step_with_clipped_gradients_is_that_of_the_keras_optimizer(slug, step, function, argument):
    """From zeros, with a rate of 1, plain descent arrives at minus the clipped gradients."""
    import keras

    code = solution(slug)
    for case in inputs(slug, step):
        first, limit = case.values()
        gradients = first if isinstance(first, list) else [first]
        found = code[function](first, limit)
        mine = found[0] if isinstance(first, list) else [found]
        variables = [keras.Variable(np.zeros(one.shape), dtype="float64") for one in gradients]
        keras.optimizers.SGD(1.0, **{argument: limit}).apply([keras.ops.convert_to_tensor(one) for one in gradients], variables)
        for got, theirs in zip(mine, variables, strict=True):
            np.testing.assert_allclose(got, -keras.ops.convert_to_numpy(theirs), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("slug", ["softmax-cross-entropy"])
def test_loss_and_probabilities_are_those_of_keras(slug):
    import keras

    code = solution(slug)
    for case in inputs(slug, "loss"):
        logits, labels = case["logits"], case["labels"]
        close(code["softmax"](logits), keras.ops.softmax(logits))
        close(code["log_softmax"](logits), keras.ops.log_softmax(logits))
        theirs = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        close(code["cross_entropy"](logits, labels), np.mean(theirs))


@pytest.mark.parametrize("slug", ["multi-head-attention"])
def test_the_layer_is_that_of_keras(slug):
    """`keras.layers.MultiHeadAttention` without biases; it keeps the matrices cut into heads."""
    import keras

    code = solution(slug)
    for seed in range(2):
        for case in Reference(exercise.find(slug), seed).cases["layer"]:
            query, source, mask = (case.inputs.get(name) for name in ("query", "source", "mask"))
            heads, width = case.new["num_heads"], case.new["width"]
            mine = code["MultiHead"](**case.new)
            theirs = keras.layers.MultiHeadAttention(heads, width // heads, use_bias=False, output_shape=width)
            mine(query, source, mask=mask)
            theirs(query, source, attention_mask=mask)
            kernels = [case.weights[f"{name}/kernel"] for name in ("query", "key", "value", "project")]
            for layer, kernel in zip((mine.query, mine.key, mine.value, mine.project), kernels, strict=True):
                layer.kernel.assign(kernel)
            shapes = [(*kernel.shape[:1], heads, width // heads) for kernel in kernels[:3]] + [(heads, width // heads, width)]
            theirs.set_weights([kernel.reshape(shape) for kernel, shape in zip(kernels, shapes, strict=True)])
            expected = keras.ops.convert_to_numpy(theirs(query, source, attention_mask=mask))
            got = keras.ops.convert_to_numpy(mine(query, source, mask=mask))
            np.testing.assert_allclose(got, expected, atol=1e-5 * np.abs(expected).max(), rtol=0)
