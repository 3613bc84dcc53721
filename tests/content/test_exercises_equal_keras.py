"""Reference solutions give what the layers, losses and optimizers of Keras give, on the graders' own cases."""

from pathlib import Path

import numpy as np
import pytest

from kdl.grade import exercise
from kdl.grade.judge import Reference

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

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


@pytest.mark.parametrize("slug", ["rnn-forward"])
def test_a_masked_sequence_is_that_of_the_keras_layer(slug):
    """Every last state; and every output from the first real step on, before which Keras shows zeros and not the state."""
    import keras

    code = solution(slug)
    for case in inputs(slug, "sequence") + inputs(slug, "mask"):
        xs, h0, *weights = (case[name] for name in ("xs", "h0", "W", "U", "b"))
        mask = case.get("mask")
        layer = keras.layers.SimpleRNN(len(weights[1]), return_sequences=True, return_state=True, dtype="float64")
        layer.build(xs.shape)
        layer.set_weights(weights)
        theirs, last = layer(xs, mask=mask, initial_state=h0)
        found = code["rnn_masked" if "mask" in case else "rnn_forward"](**case)
        started = np.ones(xs.shape[:2], bool) if mask is None else np.logical_or.accumulate(mask, axis=1)
        close(found[:, -1], last)
        close(np.where(started[..., None], found, 0), theirs)


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


@pytest.mark.parametrize("slug", ["lstm-layout"])
def test_gates_as_courses_print_them_become_the_weights_of_the_keras_cell(slug):
    """f_t = sigmoid(W_f [h, x] + b_f), and so on, one column after the other."""
    import keras

    code, rng = solution(slug), np.random.default_rng(0)
    for case in inputs(slug, "gates"):
        units, width = case["f"][0].shape
        h, c, x = rng.normal(size=(3, units)), rng.normal(size=(3, units)), rng.normal(size=(3, width - units))
        f, i, g, o = ((np.concatenate([h, x], axis=1) @ W.T + b) for W, b in case.values())
        sigmoid = keras.ops.sigmoid
        c_next = np.asarray(sigmoid(f)) * c + np.asarray(sigmoid(i)) * np.tanh(g)
        cell = keras.layers.LSTMCell(units, dtype="float64")
        cell.build(x.shape)
        cell.set_weights(code["from_gates"](**case))
        found, (_, found_c) = cell(x, [h, c])
        close(found_c, c_next)
        close(found, np.asarray(sigmoid(o)) * np.tanh(c_next))


@pytest.mark.parametrize("slug", ["lstm-layout"])
def test_the_weights_of_pytorch_become_those_of_keras(slug):
    """The fixture holds PyTorch's weights and outputs: tools/make_fixtures.py."""
    import keras

    with np.load(FIXTURES / "parity" / "lstm.npz") as kept:
        theirs = [kept[f"{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        x, outputs = kept["x"], kept["outputs"]
    layer = keras.layers.LSTM(outputs.shape[2], return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(solution(slug)["from_torch"](*theirs))
    np.testing.assert_allclose(layer(x), outputs, rtol=0, atol=1e-5)


@pytest.mark.parametrize("slug", ["lstm-layout"])
def test_the_bias_with_which_keras_starts_keeps_sigmoid_of_one(slug):
    import keras

    code = solution(slug)
    layer = keras.layers.LSTM(3)
    layer.build((None, None, 2))
    keep = np.full(3, 1 / (1 + np.exp(-1)))
    close(code["open_forget_gate"](np.zeros(12), keep), layer.get_weights()[2])
    close(code["survives"](layer.get_weights()[2].astype(float), 7), keep**7)


@pytest.mark.parametrize("slug", ["stacked-rnn-shapes"])
def test_shapes_and_counts_are_those_of_a_model_that_keras_builds(slug):
    import keras

    layers = {"simple-rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
    code = solution(slug)
    for case in inputs(slug, "shapes"):
        x, kind, length, units, outputs = case.values()
        silent = {"many-to-one": len(units), "any-length": 1}.get(kind)
        parts = [keras.layers.SimpleRNN(n, return_sequences=k != silent) for k, n in enumerate(units, 1)]
        if kind in ("one-to-many", "any-length"):
            parts.insert(kind == "any-length", keras.layers.RepeatVector(length))
        model = keras.Sequential([keras.Input(batch_shape=x.shape), *parts, keras.layers.Dense(outputs)])
        asked = [layer for layer in model.layers if not isinstance(layer, keras.layers.RepeatVector)]
        assert code["stack_shapes"](**case) == [list(layer.output.shape) for layer in asked]
    for case in inputs(slug, "parameters"):
        x, units, cell = case.values()
        model = keras.Sequential([keras.Input(x.shape[1:]), *(layers[cell](n, return_sequences=True) for n in units)])
        assert code["stack_parameters"](**case) == [layer.count_params() for layer in model.layers]


@pytest.mark.parametrize("slug", ["bidirectional-by-hand"])
@pytest.mark.parametrize(
    ("step", "function", "every_step"),
    [("both", "bidirectional", True), ("summary", "summary", False), ("lengths", "bidirectional_lengths", True)],
)
def test_both_directions_are_those_of_the_keras_wrapper(slug, step, function, every_step):
    """At filling, too: the wrapper shows zeros there, while a layer alone goes on showing its last state."""
    import keras

    code = solution(slug)
    for case in inputs(slug, step):
        xs, forward, backward = case["xs"], case["forward"], case["backward"]
        layer = keras.layers.SimpleRNN(len(forward[1]), return_sequences=every_step, dtype="float64")
        layer = keras.layers.Bidirectional(layer, dtype="float64")
        layer.build(xs.shape)
        layer.set_weights([*forward, *backward])
        mask = np.arange(xs.shape[1]) < case["lengths"][:, None] if "lengths" in case else None
        theirs = np.asarray(layer(xs, mask=mask))
        close(code[function](**case), theirs)
        if mask is not None:
            held = np.maximum.accumulate(np.where(mask, np.arange(mask.shape[1]), 0), axis=1)  # the last real step so far
            alone = keras.layers.SimpleRNN(len(forward[1]), return_sequences=True, dtype="float64")
            alone.build(xs.shape)
            alone.set_weights(forward)
            states = code["read_forwards"](xs, *forward)
            close(np.take_along_axis(states, held[..., None], axis=1), alone(xs, mask=mask))


@pytest.mark.parametrize("slug", ["truncated-bptt"])
def test_a_truncated_gradient_is_that_of_automatic_differentiation_with_the_state_cut_off(slug):
    import keras
    import tensorflow as tf

    code = solution(slug)
    for case in inputs(slug, "gradient"):
        dhs, xs, h0, *weights, k = case.values()
        cell = keras.layers.SimpleRNNCell(h0.shape[1], dtype="float64")
        cell.build(xs[:, 0].shape)
        cell.set_weights(weights)
        h, loss = tf.convert_to_tensor(h0), 0.0
        with tf.GradientTape() as tape:
            for t in range(xs.shape[1]):
                h = cell(tf.convert_to_tensor(xs[:, t]), [tf.stop_gradient(h) if t % k == 0 else h])[0]
                loss += tf.reduce_sum(dhs[:, t] * h)
        theirs = tape.gradient(loss, [weight.value for weight in cell.weights])
        for got, expected in zip(code["truncated_bptt"](**case), theirs, strict=True):
            close(got, expected)


@pytest.mark.parametrize("slug", ["truncated-bptt"])
def test_training_on_pieces_is_that_of_a_stateful_keras_layer_with_plain_descent(slug):
    """Keras keeps the rate of the optimizer in float32."""
    import keras
    import tensorflow as tf

    code = solution(slug)
    for case in inputs(slug, "train"):
        dhs, xs, h0, *weights, k, rate = case.values()
        layer = keras.layers.SimpleRNN(h0.shape[1], return_sequences=True, stateful=True, dtype="float64")
        layer.build(xs.shape)
        layer.set_weights(weights)
        layer.states[0].assign(h0)
        optimizer = keras.optimizers.SGD(rate)
        for start in range(0, xs.shape[1], k):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(dhs[:, start : start + k] * layer(xs[:, start : start + k]))
            variables = layer.trainable_variables
            gradients = tape.gradient(loss, [variable.value for variable in variables])
            optimizer.apply(gradients, variables)
        for got, expected in zip(code["train_on_pieces"](**case), [*variables, layer.states[0]], strict=True):
            np.testing.assert_allclose(got, np.asarray(expected), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("slug", ["vanishing-gradient-meter"])
def test_the_meter_reads_what_automatic_differentiation_gives_and_its_bounds_hold(slug):
    """Keras' cell forwards, and TensorFlow's gradient of sum(dh * h_T) by every state on the way."""
    import keras
    import tensorflow as tf

    code = solution(slug)
    for case in inputs(slug, "forward"):
        xs, h0, W, U, b, kind = case.values()
        cell = keras.layers.SimpleRNNCell(len(U), activation=kind, dtype="float64")
        cell.build(xs[:, 0].shape)
        cell.set_weights([W, U, b])
        dh = np.random.default_rng(0).normal(size=h0.shape)
        states = [tf.convert_to_tensor(h0)]
        with tf.GradientTape() as tape:
            tape.watch(states[0])
            for t in range(xs.shape[1]):
                states.append(cell(tf.convert_to_tensor(xs[:, t]), [states[-1]])[0])
            loss = tf.reduce_sum(dh * states[-1])
        theirs = [np.linalg.norm(one, axis=1) for one in tape.gradient(loss, states[::-1])]

        hs, slopes = code["states_and_slopes"](**case)
        norms = code["gradient_norms"](dh, slopes, U)
        lower, upper = code["bounds"](dh, slopes, U)
        close(hs, np.stack(states[1:], axis=1))
        close(norms, np.stack(theirs, axis=1))
        assert (lower <= norms * (1 + 1e-12) + 1e-12).all() and (norms <= upper * (1 + 1e-12) + 1e-12).all()


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


@pytest.mark.parametrize("slug", ["clip-gradients"])
@pytest.mark.parametrize(("argument", "lost"), [("clipnorm", 0.0), ("global_clipnorm", np.nan)])
@pytest.mark.filterwarnings("ignore:overflow")
def test_where_the_square_overflows_the_gradient_is_lost_in_keras_too(slug, argument, lost):
    """As the statement says: 3e20 squared is beyond float32, whose largest number is 3.4e38."""
    import keras

    gradient = np.array([3e20, 4e20], np.float32)
    variable = keras.Variable(np.zeros(2), dtype="float32")
    keras.optimizers.SGD(1.0, **{argument: 1.0}).apply([keras.ops.convert_to_tensor(gradient)], [variable])
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable), [lost, lost])
    assert not solution(slug)["clip_by_norm"](gradient, 1.0).any()


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


def normalisation(keras, norm):
    """`keras.layers.BatchNormalization` with these gamma, beta, mean and variance."""
    layer = keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-3, dtype="float64")
    layer.build((None, None, None, len(norm[0])))
    layer.set_weights(norm)
    return layer


@pytest.mark.parametrize("slug", ["residual-block"])
def test_both_lives_of_batch_normalisation_are_those_of_the_keras_layer(slug):
    """The running averages, too: while training they move, at inference they stay."""
    import keras

    code = solution(slug)
    for case in inputs(slug, "norm"):
        x, *norm, training = case.values()
        layer = normalisation(keras, norm)
        theirs = layer(x, training=training)
        y, mean, variance = code["batch_norm"](**case)
        np.testing.assert_allclose(y, theirs, rtol=1e-9, atol=1e-9)
        close(mean, layer.moving_mean)
        close(variance, layer.moving_variance)


@pytest.mark.parametrize("slug", ["residual-block"])
def test_the_block_is_that_of_keras_layers_and_its_shortcut_that_of_the_model(slug):
    import keras

    from kdl.models.cnn.resnet import Subsampled

    code = solution(slug)
    for case in inputs(slug, "shortcut"):
        close(code["shortcut"](**case), Subsampled(case["filters"], case["stride"], dtype="float64")(case["x"]))
    for case in inputs(slug, "block"):
        x, K1, norm1, K2, norm2, stride, training = case.values()
        h = x
        for K, norm, step in ((K1, norm1, stride), (K2, norm2, 1)):
            h = keras.layers.ZeroPadding2D(1, dtype="float64")(keras.ops.relu(h) if K is K2 else h)
            convolution = keras.layers.Conv2D(K.shape[-1], 3, step, use_bias=False, dtype="float64")
            convolution.build(h.shape)
            convolution.set_weights([K])
            h = normalisation(keras, norm)(convolution(h), training=training)
        s = Subsampled(K1.shape[-1], stride, dtype="float64")(x)
        close(code["residual_block"](**case), keras.ops.relu(s + h))


@pytest.mark.parametrize("slug", ["residual-block"])
def test_the_gradient_along_the_sums_is_that_of_automatic_differentiation(slug):
    """The chain is run forwards from a random input; its outputs are what the step is given."""
    import tensorflow as tf

    code = solution(slug)
    for case in inputs(slug, "back"):
        x = tf.constant(np.random.default_rng(0).normal(size=case["dy"].shape))
        ys = []
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for K in case["Ks"]:
                y = tf.nn.relu(y + y @ K)
                ys.append(y)
            loss = tf.reduce_sum(case["dy"] * y)
        close(code["gradient_to_input"](case["dy"], [y.numpy() for y in ys], case["Ks"]), tape.gradient(loss, x))
