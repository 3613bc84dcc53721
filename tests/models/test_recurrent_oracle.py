"""The recurrent models against Keras' own layers and against NumPy written from the displayed equations."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

# Model -> Keras' layer and its arguments; units n and features m -> parameters.
KERAS_LAYER = {
    "gru": ("GRU", {}),
    "irnn": ("SimpleRNN", {"activation": "relu"}),
    "lstm": ("LSTM", {}),
    "simple-rnn": ("SimpleRNN", {}),
}
PARAMETERS = {
    "gru": lambda n, m: 3 * n * (n + m + 2),
    "irnn": lambda n, m: n * (n + m + 1),
    "lstm": lambda n, m: 4 * n * (n + m + 1),
    "simple-rnn": lambda n, m: n * (n + m + 1),
}
B, T, M, N = 3, 6, 4, 5  # all unequal


def oracle(test):
    """The test runs once for each model, and counts as proof against an independent implementation."""
    for mark in (pytest.mark.parametrize("name", sorted(KERAS_LAYER)), pytest.mark.content, pytest.mark.oracle):
        test = mark(test)
    return test


def recurrence(name):
    """The recurrent layer of a model, its three weights filled with random numbers (biases too); it gives every output."""
    layer = catalog.build(name, features=M, units=N, outputs=1).get_layer("recurrence")
    layer.return_sequences = True
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in layer.get_weights()])
    return layer


def sequences():
    return np.random.default_rng(2).normal(size=(B, T, M)).astype("float32")


def keras_twin(keras, layer, name):
    layer_name, arguments = KERAS_LAYER[name]
    twin = getattr(keras.layers, layer_name)(N, return_sequences=True, **arguments)
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


def irnn(x, W, U, b):
    """h_t = relu(x_t W + h_{t-1} U + b)."""
    h, hidden = np.zeros((B, N)), []
    for t in range(T):
        h = np.maximum(x[:, t] @ W + h @ U + b, 0)
        hidden.append(h)
    return np.stack(hidden, axis=1)


def gru(x, W, U, bias):
    """The four equations, with each gate's own W, U, b and d."""
    (W_z, W_r, W_h), (U_z, U_r, U_h) = (np.split(part, 3, axis=-1) for part in (W, U))
    (b_z, b_r, b_h), (d_z, d_r, d_h) = (np.split(row, 3) for row in bias)
    h, hidden = np.zeros((B, N)), []
    for t in range(T):
        z = sigmoid(x[:, t] @ W_z + b_z + h @ U_z + d_z)
        r = sigmoid(x[:, t] @ W_r + b_r + h @ U_r + d_r)
        g = np.tanh(x[:, t] @ W_h + b_h + r * (h @ U_h + d_h))
        h = z * h + (1 - z) * g
        hidden.append(h)
    return np.stack(hidden, axis=1)


def published_gru(x, W, U, b):
    """As gru.py's header gives the paper's form: the reset gate before the product, one bias a block."""
    (W_z, W_r, W_h), (U_z, U_r, U_h), (b_z, b_r, b_h) = (np.split(part, 3, axis=-1) for part in (W, U, b))
    h, hidden = np.zeros((len(x), len(U))), []
    for t in range(x.shape[1]):
        z = sigmoid(x[:, t] @ W_z + h @ U_z + b_z)
        r = sigmoid(x[:, t] @ W_r + h @ U_r + b_r)
        g = np.tanh(x[:, t] @ W_h + (r * h) @ U_h + b_h)
        h = z * h + (1 - z) * g
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
    equations = {"gru": gru, "irnn": irnn, "lstm": lstm, "simple-rnn": simple_rnn}[name]

    assert_near(np.asarray(layer(sequences())), equations(sequences().astype(float), *layer.get_weights()))


@oracle
def test_the_whole_model_reads_its_answer_off_the_last_state(name, keras):
    model = catalog.build(name, features=M, units=N, outputs=2)
    V, d = model.get_layer("head").get_weights()
    last = keras.Model(model.input, model.get_layer("recurrence").output).predict_on_batch(sequences())
    answers = model.predict_on_batch(sequences())
    model.get_layer("recurrence").return_sequences = True
    states = np.asarray(model.get_layer("recurrence")(sequences()))

    assert states.shape == (B, T, N)
    assert_near(last, states[:, -1])
    assert_near(answers, states[:, -1] @ V + d)


@oracle
def test_the_recurrence_has_as_many_parameters_as_the_formula_says(name, keras):
    """n (n + m + 1) for each gate or candidate; the GRU has a second row of biases."""
    for n, m in ((32, 2), (5, 3), (64, 72)):
        layer = catalog.build(name, features=m, units=n).get_layer("recurrence")

        assert layer.count_params() == PARAMETERS[name](n, m)


def test_the_four_blocks_of_the_lstm_start_alike_but_for_the_bias_of_the_forget_gate(keras):
    _, _, bias = catalog.build("lstm", units=3).get_layer("recurrence").get_weights()

    np.testing.assert_array_equal(bias, [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])


@pytest.mark.parametrize("name", ["gru", "lstm", "simple-rnn"])
def test_recurrent_weights_start_orthogonal(name, keras):
    """The rows of U are orthonormal: U U^T = 1."""
    _, U, _ = catalog.build(name, units=8).get_layer("recurrence").get_weights()

    np.testing.assert_allclose(U @ U.T, np.eye(8), atol=1e-5)


@pytest.mark.parametrize("name", sorted(KERAS_LAYER))
def test_a_size_below_one_is_refused(name, keras):
    module = catalog.load(catalog.find("model", name))

    with pytest.raises(ValueError, match="units must be at least 1. Received: units=0"):
        module.build(units=0)


# ---- what the headers say besides the equations ----------------------------------------------------------------------


def test_the_published_gru_is_keras_gru_with_reset_after_false(keras):
    layer = keras.layers.GRU(N, return_sequences=True, reset_after=False)
    layer.build((B, T, M))
    rng = np.random.default_rng(4)
    layer.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in layer.get_weights()])

    assert_near(np.asarray(layer(sequences())), published_gru(sequences().astype(float), *layer.get_weights()))


@pytest.mark.parametrize(("diagonal", "agree"), [(True, True), (False, False)])
def test_both_places_of_the_reset_gate_agree_only_where_the_candidates_matrix_is_diagonal(diagonal, agree, keras):
    """Same W, U and b, no bias d; only U_h is made diagonal or left as it is."""
    layer = recurrence("gru")
    W, U, bias = layer.get_weights()
    if diagonal:
        U[:, 2 * N :] = np.diag(np.diag(U[:, 2 * N :]))
    layer.set_weights([W, U, np.stack([bias[0], np.zeros(3 * N)])])

    difference = np.abs(np.asarray(layer(sequences())) - published_gru(sequences().astype(float), W, U, bias[0])).max()

    assert (difference < 1e-5) == agree


def test_the_gate_that_names_what_is_written_is_the_same_model_with_the_signs_of_the_gate_turned(keras):
    """h = (1 - u) h_old + u g with weights -W_z, -U_z, -b_z: 1 - sigmoid(a) = sigmoid(-a)."""
    W, U, bias = recurrence("gru").get_weights()
    x, h = sequences()[:, 0].astype(float), np.random.default_rng(5).normal(size=(B, N))
    a = x @ W[:, :N] + bias[0, :N] + h @ U[:, :N] + bias[1, :N]
    g = np.random.default_rng(6).normal(size=(B, N))

    np.testing.assert_allclose(sigmoid(a) * h + (1 - sigmoid(a)) * g, (1 - sigmoid(-a)) * h + sigmoid(-a) * g)


def test_a_state_of_the_gru_never_leaves_minus_one_to_one(keras):
    layer = recurrence("gru")
    states = np.asarray(layer(20 * np.random.default_rng(7).normal(size=(B, 50, M)).astype("float32")))

    assert np.abs(states).max() <= 1


def test_the_gru_has_the_published_size(keras):
    """Chung and others (2014), table 1, speech: 227 units, 168.9 thousand parameters, as published: one bias a block."""
    layer = catalog.build("gru", "speech").get_layer("recurrence")

    assert layer.count_params() - 3 * 227 == 168_888


def test_an_irnn_starts_at_the_identity_and_keeps_what_is_positive(keras):
    """h_0 >= 0, no input: every state is the one before."""
    layer = catalog.build("irnn", features=M, units=N).get_layer("recurrence")
    layer.return_sequences = True
    _, U, b = layer.get_weights()
    h = np.abs(np.random.default_rng(8).normal(size=(B, N))).astype("float32")
    states = layer(np.zeros((B, T, M), "float32"), initial_state=[keras.ops.convert_to_tensor(h)])

    np.testing.assert_array_equal(U, np.eye(N))
    np.testing.assert_array_equal(b, np.zeros(N))
    np.testing.assert_array_equal(np.asarray(states), np.repeat(h[:, None], T, axis=1))


def test_the_input_of_an_irnn_starts_faint(keras):
    """Standard deviation 0.001; that of 40,000 draws is within 3 %."""
    kernel, _, _ = catalog.build("irnn", features=200, units=200).get_layer("recurrence").get_weights()

    assert kernel.std() == pytest.approx(0.001, rel=0.03)
