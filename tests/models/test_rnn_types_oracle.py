"""The four types against NumPy written from the displayed equations: which states are answered from, and what is read."""

import numpy as np
import pytest

from kdl import catalog

B, T, S, M, N, A = 3, 6, 4, 7, 5, 2  # all unequal; A numbers in an answer
# Type -> the sizes that ask for it, the shape of what it reads, and of what it gives.
TYPES = {
    "many-to-one": ({"features": M, "outputs": A}, (B, T, M), (B, A)),
    "step-by-step": ({"features": M, "tags": A}, (B, T, M), (B, T, A)),
    "one-to-many": ({"vector": M, "vocab_size": A, "answer_length": S}, (B, M), (B, S, A)),
    "any-length": ({"features": M, "vocab_size": A, "answer_length": S}, (B, T, M), (B, S, A)),
}
TASKS = {
    "many-to-one": "name-language",
    "step-by-step": "roman-so-far",
    "one-to-many": "number-to-roman",
    "any-length": "roman-to-number",
}
each_type = pytest.mark.parametrize("kind", list(TYPES))


def oracle(test):
    for mark in (pytest.mark.parametrize("name", ["rnn-types"]), pytest.mark.content, pytest.mark.oracle):
        test = mark(test)
    return test


def filled(kind):
    """The model of a type, its weights filled with random numbers (biases too)."""
    model = catalog.build("rnn-types", units=N, **TYPES[kind][0])
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in model.get_weights()])
    return model


def read(kind):
    return np.random.default_rng(1).normal(size=TYPES[kind][1]).astype("float32")


def assert_near(found, expected):
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


# ---- the equations ---------------------------------------------------------------------------------------------------


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru(x, h, W, U, bias):
    """One step: x (B, M) or (B, N), h (B, N) -> h (B, N); blocks z, r, h, and the biases b and d, as in gru.py."""
    Wz, Wr, Wh = np.split(W, 3, axis=1)
    Uz, Ur, Uh = np.split(U, 3, axis=1)
    (bz, br, bh), (dz, dr, dh) = (np.split(row, 3) for row in bias)
    z = sigmoid(x @ Wz + bz + h @ Uz + dz)
    r = sigmoid(x @ Wr + br + h @ Ur + dr)
    g = np.tanh(x @ Wh + bh + r * (h @ Uh + dh))
    return z * h + (1 - z) * g


def many_to_one(x, W, U, b, V, d):
    h = np.zeros((B, N))
    for t in range(T):
        h = gru(x[:, t], h, W, U, b)
    return h @ V + d


def step_by_step(x, W, U, b, V, d):
    h, y = np.zeros((B, N)), []
    for t in range(T):
        h = gru(x[:, t], h, W, U, b)
        y.append(h @ V + d)
    return np.stack(y, axis=1)


def one_to_many(x, W, U, b, V, d):
    h, y = np.zeros((B, N)), []
    for _ in range(S):
        h = gru(x, h, W, U, b)
        y.append(h @ V + d)
    return np.stack(y, axis=1)


def any_length(x, W, U, b, W_, U_, b_, V, d):
    h = np.zeros((B, N))
    for t in range(T):
        h = gru(x[:, t], h, W, U, b)
    c, g, y = h, h, []
    for _ in range(S):
        g = gru(c, g, W_, U_, b_)
        y.append(g @ V + d)
    return np.stack(y, axis=1)


EQUATIONS = {
    "many-to-one": many_to_one,
    "step-by-step": step_by_step,
    "one-to-many": one_to_many,
    "any-length": any_length,
}


@oracle
def test_answers_of_all_four_types_equal_the_displayed_equations(name, keras):
    for kind, equations in EQUATIONS.items():
        model, x = filled(kind), read(kind)
        weights = [weight.astype(float) for weight in model.get_weights()]

        assert_near(model.predict_on_batch(x), equations(x.astype(float), *weights))


# ---- what an answer knows --------------------------------------------------------------------------------------------


@oracle
def test_step_by_step_an_answer_knows_no_later_step(name, keras):
    """x_3 is changed: y_1 and y_2 stay, bit for bit; y_3 .. y_6 move."""
    model, x = filled("step-by-step"), read("step-by-step")
    changed = x.copy()
    changed[:, 2] += 1
    same = (model.predict_on_batch(x) == model.predict_on_batch(changed)).all(axis=(0, 2))

    np.testing.assert_array_equal(same, [True, True, False, False, False, False])


@oracle
def test_of_any_length_the_first_answer_knows_the_last_step(name, keras):
    model, x = filled("any-length"), read("any-length")
    changed = x.copy()
    changed[:, -1] += 1

    assert (model.predict_on_batch(x)[:, 0] != model.predict_on_batch(changed)[:, 0]).all()


@oracle
def test_of_any_length_all_that_is_known_passes_through_one_state(name, keras):
    """The decoder, fed with a context of its own, gives what the equations give from there: no step of x reaches it."""
    model = filled("any-length")
    decoder = keras.Model(model.get_layer("encoder").output, model.output)
    c = np.random.default_rng(2).normal(size=(B, N)).astype("float32")
    *_, W_, U_, b_, V, d = model.get_weights()
    expected, g = [], c
    for _ in range(S):
        g = gru(c, g, W_, U_, b_)
        expected.append(g @ V + d)

    assert_near(decoder.predict_on_batch(c), np.stack(expected, axis=1))


@oracle
def test_the_answers_to_one_vector_differ_though_every_step_reads_the_same(name, keras):
    answers = filled("one-to-many").predict_on_batch(read("one-to-many"))

    assert all((answers[:, s] != answers[:, s + 1]).all() for s in range(S - 1))


# ---- shapes, parameters, files ---------------------------------------------------------------------------------------


@each_type
def test_each_type_gives_the_shape_that_its_name_says(kind, keras):
    sizes, taken, given = TYPES[kind]
    model = catalog.build("rnn-types", units=N, **sizes)

    assert model.predict_on_batch(np.zeros(taken, "float32")).shape == given
    free = {T: None} if "features" in sizes else {}  # a sequence may have any length
    assert model.input_shape == (None, *(free.get(size, size) for size in taken[1:]))


@oracle
def test_parameters_do_not_depend_on_how_many_steps_are_read_or_written(name, keras):
    """3 N (N + M + 2) for the recurrence, 6 N (N + 1) for a decoder, N + 1 for each number of an answer."""
    one = 3 * N * (N + M + 2) + A * (N + 1)
    expected = {"many-to-one": one, "step-by-step": one, "one-to-many": one, "any-length": one + 6 * N * (N + 1)}
    for kind, (sizes, _, _) in TYPES.items():
        longer = {**sizes, "answer_length": 11} if "vector" in sizes else {**sizes, "answer_length": 11, "length": 9}

        assert catalog.build(name, units=N, **sizes).count_params() == expected[kind]
        assert catalog.build(name, units=N, **longer).count_params() == expected[kind]


@each_type
def test_each_type_reloads_from_its_file_with_equal_outputs(kind, keras, tmp_path):
    model, x = filled(kind), read(kind)
    model.save(tmp_path / "model.keras")

    np.testing.assert_array_equal(
        keras.models.load_model(tmp_path / "model.keras").predict_on_batch(x), model.predict_on_batch(x)
    )


@each_type
def test_the_preset_of_a_type_has_the_sizes_of_its_task(kind, keras):
    task = catalog.load(catalog.find("task", TASKS[kind])).make()
    preset = catalog.sizes("rnn-types", kind)

    assert task.sizes.items() <= preset.items()
    assert catalog.build("rnn-types", kind).input_shape == (None, *task.test(0)[0].shape[1:])


# ---- sizes that fit no type ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"outputs": 2, "tags": 3}, "Say only one of outputs, tags, vocab_size. Received: outputs=2, tags=3"),
        ({"features": 2, "vector": 3}, "Say only one of features, vector. Received: features=2, vector=3"),
        ({"vector": 3, "tags": 2}, "A vector is one step: ask for vocab_size. Received: vector=3, tags=2"),
        ({"units": 0}, "units must be at least 1. Received: units=0"),
        ({"vocab_size": 3, "answer_length": 0}, "answer_length must be at least 1. Received: answer_length=0"),
    ],
)
def test_sizes_that_fit_no_type_are_refused(sizes, told, keras):
    with pytest.raises(ValueError, match=told):
        catalog.load(catalog.find("model", "rnn-types")).build(**sizes)


# ---- trained to the end ----------------------------------------------------------------------------------------------


def trained(task):
    """The network and its score after the recipe of the header."""
    from kdl.train.fit import Trainer
    from kdl.train.recipe import Recipe

    trainer = Trainer("rnn-types", task, Recipe.of("rnn-types", task.name))
    return trainer.model, trainer.run(0)["score"]


@pytest.mark.slow
@each_type
def test_each_type_reaches_the_target_of_its_task(kind, keras):
    task = catalog.load(catalog.find("task", TASKS[kind])).make()

    assert task.met(trained(task)[1])


@pytest.mark.slow
def test_step_by_step_nobody_knows_what_comes_next(keras):
    """The tag is the symbol after the step, drawn evenly from 8: right once in 8, after a training as long as any."""
    task = catalog.load(catalog.find("task", "tag-by-next")).make()

    assert trained(task)[1] == pytest.approx(1 / 8, abs=0.02)
