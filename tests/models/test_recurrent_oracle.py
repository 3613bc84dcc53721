"""The recurrent models against Keras' own layers and against NumPy written from the displayed equations."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

KERAS_LAYER = {"simple-rnn": "SimpleRNN", "lstm": "LSTM"}
GATES = {"simple-rnn": 1, "lstm": 4}
B, T, M, N = 3, 6, 4, 5  # all unequal


def oracle(test):
    """The test runs once for each model, and counts as proof against an independent implementation."""
    for mark in (pytest.mark.parametrize("name", sorted(KERAS_LAYER)), pytest.mark.content, pytest.mark.oracle):
        test = mark(test)
    return test


def recurrence(name):
    """The recurrent layer of a model, and its three weights filled with random numbers (biases too)."""
    layer = catalog.build(name, features=M, units=N, outputs=1).get_layer("recurrence")
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in layer.get_weights()])
    return layer


def sequences():
    return np.random.default_rng(2).normal(size=(B, T, M)).astype("float32")


def keras_twin(keras, layer, name):
    twin = getattr(keras.layers, KERAS_LAYER[name])(N, return_sequences=True)
    twin.build((B, T, M))
    twin.set_weights(layer.get_weights())
    return twin


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


@oracle
def test_outputs_equal_those_of_the_keras_layer_with_the_same_weights(name, keras):
    layer = recurrence(name)

    assert_near(np.asarray(layer(sequences())), np.asarray(keras_twin(keras, layer, name)(sequences())))


@oracle
def test_gradients_equal_those_of_the_keras_layer_with_the_same_weights(name, keras):
    """By the inputs and by all three weights, of a loss that weighs every output differently."""
    layer = recurrence(name)
    weigh = np.random.default_rng(3).normal(size=(B, T, N)).astype("float32")

    def gradients(one):
        def loss(x, *weights):
            outputs, _ = one.stateless_call(weights, [variable.value for variable in one.non_trainable_variables], x)
            return keras.ops.sum(outputs * weigh)

        return value_and_grad(loss, sequences(), *[variable.value for variable in one.trainable_variables])[1]

    found, expected = gradients(layer), gradients(keras_twin(keras, layer, name))

    assert len(found) == len(expected) == 4
    for one, other in zip(found, expected, strict=True):
        assert_near(np.asarray(one), np.asarray(other))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def simple_rnn(x, W, U, b):
    """h_t = tanh(x_t W + h_{t-1} U + b)."""
    h, hidden = np.zeros((B, N)), []
    for t in range(T):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        hidden.append(h)
    return np.stack(hidden, axis=1)


def lstm(x, W, U, b):
    """The six equations, with each gate's own W, U and b."""
    (W_i, W_f, W_c, W_o), (U_i, U_f, U_c, U_o), (b_i, b_f, b_c, b_o) = (np.split(part, 4, axis=-1) for part in (W, U, b))
    h = c = np.zeros((B, N))
    hidden = []
    for t in range(T):
        i = sigmoid(x[:, t] @ W_i + h @ U_i + b_i)
        f = sigmoid(x[:, t] @ W_f + h @ U_f + b_f)
        g = np.tanh(x[:, t] @ W_c + h @ U_c + b_c)
        o = sigmoid(x[:, t] @ W_o + h @ U_o + b_o)
        c = f * c + i * g
        h = o * np.tanh(c)
        hidden.append(h)
    return np.stack(hidden, axis=1)


@oracle
def test_outputs_equal_the_displayed_equations(name, keras):
    layer = recurrence(name)
    equations = {"simple-rnn": simple_rnn, "lstm": lstm}[name]

    assert_near(np.asarray(layer(sequences())), equations(sequences().astype(float), *layer.get_weights()))


@oracle
def test_the_whole_model_reads_its_answer_off_the_last_state(name, keras):
    model = catalog.build(name, features=M, units=N, outputs=2)
    V, d = model.get_layer("head").get_weights()
    states = keras.Model(model.input, model.get_layer("recurrence").output).predict_on_batch(sequences())

    assert states.shape == (B, T, N)
    assert_near(model.predict_on_batch(sequences()), states[:, -1] @ V + d)


@oracle
def test_the_recurrence_has_as_many_parameters_as_the_formula_says(name, keras):
    """n (n + m + 1) for each gate or candidate."""
    for n, m in ((32, 2), (5, 3), (64, 72)):
        layer = catalog.build(name, features=m, units=n).get_layer("recurrence")

        assert layer.count_params() == GATES[name] * n * (n + m + 1)


def test_the_four_blocks_of_the_lstm_start_alike_but_for_the_bias_of_the_forget_gate(keras):
    _, _, bias = catalog.build("lstm", units=3).get_layer("recurrence").get_weights()

    np.testing.assert_array_equal(bias, [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])


@pytest.mark.parametrize("name", sorted(KERAS_LAYER))
def test_recurrent_weights_start_orthogonal(name, keras):
    """The rows of U are orthonormal: U U^T = 1."""
    _, U, _ = catalog.build(name, units=8).get_layer("recurrence").get_weights()

    np.testing.assert_allclose(U @ U.T, np.eye(8), atol=1e-5)


@pytest.mark.parametrize("name", sorted(KERAS_LAYER))
def test_a_size_below_one_is_refused(name, keras):
    module = catalog.load(catalog.find("model", name))

    with pytest.raises(ValueError, match="units must be at least 1. Received: units=0"):
        module.build(units=0)
