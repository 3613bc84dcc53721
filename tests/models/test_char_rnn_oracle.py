"""The character-level RNN against an Embedding and LSTM of Keras, against NumPy, and against its published sizes."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

SIZES = {"vocab_size": 7, "units": 5, "num_layers": 2}
B, T, V, N = 3, 6, 7, 5  # all unequal
each = pytest.mark.parametrize("name", ["char-rnn"])


def filled():
    model = catalog.build("char-rnn", **SIZES)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in model.get_weights()])
    return model


def texts():
    return np.random.default_rng(1).integers(0, V, (B, T)).astype("int32")


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


def twin(keras, model):
    """An Embedding that holds the identity, two LSTM layers and a Dense layer."""
    recurrent = [keras.layers.LSTM(N, return_sequences=True) for _ in range(2)]
    embedding = keras.layers.Embedding(V, V, trainable=False)
    other = keras.Sequential([keras.Input((None,), dtype="int32"), embedding, *recurrent, keras.layers.Dense(V)])
    embedding.set_weights([np.eye(V)])
    for variable, weight in zip(other.trainable_variables, model.get_weights(), strict=True):
        variable.assign(weight)
    return other


@pytest.mark.oracle
@pytest.mark.content
@each
def test_outputs_and_gradients_equal_those_of_an_embedding_and_keras_lstm(name, keras):
    model = filled()
    weigh = np.random.default_rng(2).normal(size=(B, T, V)).astype("float32")

    def gradients(one):
        def loss(*weights):
            outputs, _ = one.stateless_call(weights, [variable.value for variable in one.non_trainable_variables], texts())
            return keras.ops.sum(outputs * weigh)

        return value_and_grad(loss, *[variable.value for variable in one.trainable_variables])[1]

    found, expected = gradients(model), gradients(twin(keras, model))

    assert_near(model.predict_on_batch(texts()), twin(keras, model).predict_on_batch(texts()))
    assert len(found) == len(expected) == 8
    for one, other in zip(found, expected, strict=True):
        assert_near(np.asarray(one), np.asarray(other))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(x, W, U, b):
    h = c = np.zeros((B, N))
    hidden = []
    for t in range(T):
        i, f, g, o = np.split(x[:, t] @ W + h @ U + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hidden.append(h)
    return np.stack(hidden, axis=1)


@pytest.mark.oracle
@pytest.mark.content
@each
def test_the_loss_equals_the_displayed_equations(name, keras):
    """-mean log p(x_{t+1} | x_1 .. x_t), with p the softmax of y_t = h_t A + d."""
    model = filled()
    W_1, U_1, b_1, W_2, U_2, b_2, A, d = (weight.astype(float) for weight in model.get_weights())
    y = lstm(lstm(np.eye(V)[texts()], W_1, U_1, b_1), W_2, U_2, b_2) @ A + d
    following = np.random.default_rng(3).integers(0, V, (B, T))
    p = np.exp(y) / np.exp(y).sum(axis=-1, keepdims=True)
    expected = -np.log(np.take_along_axis(p, following[..., None], axis=-1)).mean()

    task = catalog.load(catalog.find("task", "names-text")).make()
    found = float(task.loss()(following, model(texts())))

    assert_near(np.asarray(model(texts())), y)
    assert found == pytest.approx(expected, rel=1e-5)
    assert task.score(following, model.predict_on_batch(texts())) == pytest.approx(expected / np.log(2), rel=1e-5)


@pytest.mark.oracle
@pytest.mark.content
@each
def test_no_answer_depends_on_a_letter_that_comes_later(name, keras):
    model, text = filled(), texts()
    changed = text.copy()
    changed[:, 4] = (changed[:, 4] + 1) % V
    before, after = model.predict_on_batch(text), model.predict_on_batch(changed)

    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert (before[:, 4:] != after[:, 4:]).all()


def test_it_has_the_published_sizes(keras):
    """The article's first network has "approx. 3.5 million" parameters. Parameters as the header counts them."""
    V, N = 97, 512
    assert catalog.build("char-rnn", "essays").count_params() == 4 * N * (V + N + 1) + 4 * N * (2 * N + 1) + V * (N + 1)
    assert catalog.build("char-rnn", "essays").count_params() == pytest.approx(3.5e6, rel=0.05)


def test_dropout_acts_in_training_only(keras):
    model = catalog.build("char-rnn", **SIZES, dropout=0.5)

    np.testing.assert_array_equal(np.asarray(model(texts())), np.asarray(model(texts())))
    assert (np.asarray(model(texts(), training=True)) != np.asarray(model(texts()))).any()


@pytest.mark.parametrize(("size", "value"), [("vocab_size", 1), ("num_layers", 0)])
def test_sizes_that_mean_nothing_are_refused(size, value, keras):
    with pytest.raises(ValueError, match=f"{size} must be at least \\d. Received: {size}={value}"):
        catalog.load(catalog.find("model", "char-rnn")).build(**{size: value})
