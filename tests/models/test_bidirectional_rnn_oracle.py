"""The bidirectional RNN against Keras' wrapper, against NumPy written from the displayed equations, and a published size."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

B, T, M, N, K = 3, 6, 4, 5, 2  # all unequal
each = pytest.mark.parametrize("name", ["bidirectional-rnn"])


def oracle(test):
    for mark in (each, pytest.mark.content, pytest.mark.oracle):
        test = mark(test)
    return test


def filled():
    model = catalog.build("bidirectional-rnn", features=M, units=N, tags=K)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in model.get_weights()])
    return model


def sequences():
    return np.random.default_rng(1).normal(size=(B, T, M)).astype("float32")


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


def twin(keras, model):
    both = keras.layers.Bidirectional(keras.layers.SimpleRNN(N, return_sequences=True))
    other = keras.Sequential([keras.Input((None, M)), both, keras.layers.Dense(K)])
    other.set_weights(model.get_weights())
    return other


@oracle
def test_tags_and_gradients_equal_those_of_the_keras_wrapper(name, keras):
    model = filled()
    weigh = np.random.default_rng(2).normal(size=(B, T, K)).astype("float32")

    def gradients(one):
        def loss(x, *weights):
            outputs, _ = one.stateless_call(weights, [variable.value for variable in one.non_trainable_variables], x)
            return keras.ops.sum(outputs * weigh)

        return value_and_grad(loss, sequences(), *[variable.value for variable in one.trainable_variables])[1]

    found, expected = gradients(model), gradients(twin(keras, model))

    assert_near(model.predict_on_batch(sequences()), twin(keras, model).predict_on_batch(sequences()))
    assert len(found) == len(expected) == 1 + 6 + 2
    for one, other in zip(found, expected, strict=True):
        assert_near(np.asarray(one), np.asarray(other))


@oracle
def test_tags_equal_the_displayed_equations(name, keras):
    model = filled()
    W, U, b, W_, U_, b_, V, d = (weight.astype(float) for weight in model.get_weights())
    x = sequences().astype(float)
    f, g = np.zeros((T + 2, B, N)), np.zeros((T + 2, B, N))  # f_0 and g_{T+1} are zeros; x_t is x[:, t - 1]
    for t in range(1, T + 1):
        f[t] = np.tanh(x[:, t - 1] @ W + f[t - 1] @ U + b)
    for t in range(T, 0, -1):
        g[t] = np.tanh(x[:, t - 1] @ W_ + g[t + 1] @ U_ + b_)
    y = np.stack([np.concatenate([f[t], g[t]], axis=1) @ V + d for t in range(1, T + 1)], axis=1)

    assert_near(model.predict_on_batch(sequences()), y)


@oracle
def test_each_half_of_a_state_knows_its_own_side_of_the_sequence(name, keras):
    """x_3 is changed: f_1, f_2 and g_4 .. g_6 stay, bit for bit; all others move."""
    model, x = filled(), sequences()
    changed = x.copy()
    changed[:, 2] += 1
    states = keras.Model(model.input, model.get_layer("recurrence").output)
    before, after = states.predict_on_batch(x), states.predict_on_batch(changed)
    same = (before == after).all(axis=0)  # (T, 2N)

    np.testing.assert_array_equal(same[:, :N].all(axis=1), [True, True, False, False, False, False])
    np.testing.assert_array_equal(same[:, N:].all(axis=1), [False, False, False, True, True, True])
    assert not same[2:, :N].any() and not same[:3, N:].any()


@oracle
def test_the_recurrence_has_as_many_parameters_as_the_formula_says(name, keras):
    for n, m in ((16, 8), (5, 3)):
        layer = catalog.build(name, features=m, units=n).get_layer("recurrence")

        assert layer.count_params() == 2 * n * (n + m + 1)


@oracle
def test_it_has_the_published_size(name, keras):
    """Graves and Schmidhuber (2005) gave all their networks about 100,000 weights."""
    assert catalog.build("bidirectional-rnn", "phonemes").count_params() == pytest.approx(100_000, rel=0.02)


@pytest.mark.slow
def test_it_solves_its_task_by_its_backward_half(keras):
    """The head without its backward half tags no better than 1 in 8: what it knew came from the future."""
    from kdl.train.fit import Trainer
    from kdl.train.recipe import Recipe

    task = catalog.load(catalog.find("task", "tag-by-next")).make()
    trainer = Trainer("bidirectional-rnn", task, Recipe(steps=300, batch_size=32, learning_rate=1e-2))
    trainer.reset(0)
    for step in range(300):
        trainer.model.train_on_batch(*task.batches(0, 0, step, 32))
    x, y = task.test(0)
    assert task.met(task.score(y, trainer.model.predict_on_batch(x)))

    V, d = trainer.model.get_layer("head").get_weights()
    V[16:] = 0
    trainer.model.get_layer("head").set_weights([V, d])
    assert task.score(y, trainer.model.predict_on_batch(x)) == pytest.approx(1 / 8, abs=0.02)


def test_a_size_below_one_is_refused(keras):
    with pytest.raises(ValueError, match="units must be at least 1. Received: units=0"):
        catalog.load(catalog.find("model", "bidirectional-rnn")).build(units=0)
