"""The optimizers against Keras' own and torch's, against the equations of their headers, and inside `model.compile`."""

from pathlib import Path

import numpy as np
import pytest

from kdl import catalog

STEPS = 50
# Lesson -> Keras' own optimizer, the settings of both, and what only Keras' needs to be told.
TWINS = {
    "momentum": ("SGD", {"learning_rate": 0.03, "momentum": 0.8}, {}),
    "nesterov": ("SGD", {"learning_rate": 0.03, "momentum": 0.8}, {"nesterov": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.03, "rho": 0.8, "epsilon": 1e-3}, {}),
    "adadelta": ("Adadelta", {"learning_rate": 0.7, "rho": 0.9, "epsilon": 1e-3}, {}),
    "adam": ("Adam", {"learning_rate": 0.03, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}, {}),
    "nadam": ("Nadam", {"learning_rate": 0.03, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}, {}),
}
OPTIMIZERS = sorted(card.id for card in catalog.algorithms().values() if card.makes == "optimizer")
FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "rprop.npz"


def oracle(names):
    """The test runs once for each name, and counts as proof against an independent implementation."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", names), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


def make(name, *args, **options):
    return catalog.load(catalog.find("algorithm", name)).make(*args, **options)


def walk(keras, optimizer, start, gradients):
    """float64 weights after each step: a list of (STEPS, ...) arrays, one for each weight."""
    weights = [keras.Variable(value, dtype="float64") for value in start]
    after = []
    for step in zip(*gradients, strict=True):
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float64") for gradient in step], weights)
        after.append([weight.numpy() for weight in weights])
    return [np.stack(one) for one in zip(*after, strict=True)]


def drawn():
    """Two weights of unequal shape and their gradients, of very unequal size."""
    rng = np.random.default_rng(0)
    start = [rng.normal(size=(3, 4)), rng.normal(size=5)]
    return start, [rng.normal(size=(STEPS, 3, 4)), 1e-2 * rng.normal(1.0, size=(STEPS, 5))]


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * np.abs(expected).max())


@oracle(sorted(TWINS))
def test_fifty_steps_on_random_gradients_equal_those_of_keras(name, keras):
    twin, settings, told = TWINS[name]
    start, gradients = drawn()

    found = walk(keras, make(name, **settings), start, gradients)
    expected = walk(keras, getattr(keras.optimizers, twin)(**settings, **told), start, gradients)

    for one, other in zip(found, expected, strict=True):
        assert_near(one, other)


@oracle(sorted(TWINS))
def test_with_the_defaults_of_keras_it_equals_keras_too(name, keras):
    twin, settings, told = TWINS[name]
    usual = getattr(keras.optimizers, twin)(**told)
    same = {key: getattr(usual, key) if key != "learning_rate" else float(usual.learning_rate.numpy()) for key in settings}
    start, gradients = drawn()

    found = walk(keras, make(name, **same), start, gradients)

    for one, other in zip(found, walk(keras, usual, start, gradients), strict=True):
        assert_near(one, other)


@oracle(["rprop"])
def test_rprop_equals_torch_step_by_step(name, keras):
    with np.load(FIXTURE) as kept:
        first, shrink, grow, smallest, largest = kept["settings"]
        assert str(kept["reference"]) == "torch.optim.Rprop, torch 2.13.0+cpu"
        start, gradients, expected = ([kept[f"{part}_{weight}"] for weight in "ab"] for part in ("start", "gradients", "after"))
    sizes = {"shrink": float(shrink), "grow": float(grow), "smallest": float(smallest), "largest": float(largest)}

    found = walk(keras, make(name, float(first), **sizes), start, gradients)

    for one, other in zip(found, expected, strict=True):
        assert_near(one, other)


# ---- the equations of the headers, in NumPy --------------------------------------------------------------------------


def momentum(g, lr, mu):
    v, theta = 0.0, 0.0
    for g_t in g:
        v = mu * v - lr * g_t
        theta = theta + v
        yield theta


def nesterov(g, lr, mu):
    v, theta = 0.0, 0.0
    for g_t in g:
        v = mu * v - lr * g_t
        theta = theta + mu * v - lr * g_t
        yield theta


def rprop(g, lr):
    s, before, theta = np.full_like(g[0], lr), np.zeros_like(g[0]), 0.0
    for g_t in g.copy():
        s = np.where(g_t * before > 0, np.minimum(1.2 * s, 50), np.where(g_t * before < 0, np.maximum(0.5 * s, 1e-6), s))
        g_t[g_t * before < 0] = 0
        theta, before = theta - np.sign(g_t) * s, g_t
        yield theta


def rmsprop(g, lr, rho, epsilon):
    v, theta = 0.0, 0.0
    for g_t in g:
        v = rho * v + (1 - rho) * g_t * g_t
        theta = theta - lr * g_t / np.sqrt(v + epsilon)
        yield theta


def adadelta(g, lr, rho, epsilon):
    u, v, theta = 0.0, 0.0, 0.0
    for g_t in g:
        v = rho * v + (1 - rho) * g_t * g_t
        delta = -np.sqrt(u + epsilon) / np.sqrt(v + epsilon) * g_t
        u = rho * u + (1 - rho) * delta * delta
        theta = theta + lr * delta
        yield theta


def adam(g, lr, beta_1, beta_2, epsilon):
    """Algorithm 1 of the paper, with the epsilon at each step that makes it the form of Keras."""
    m, v, theta = 0.0, 0.0, 0.0
    for t, g_t in enumerate(g, 1):
        m = beta_1 * m + (1 - beta_1) * g_t
        v = beta_2 * v + (1 - beta_2) * g_t * g_t
        of_the_paper = epsilon / np.sqrt(1 - beta_2**t)
        theta = theta - lr * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + of_the_paper)
        yield theta


def nadam(g, lr, beta_1, beta_2, epsilon):
    mu = [beta_1 * (1 - 0.5 * 0.96**t) for t in range(len(g) + 2)]
    m, v, theta = 0.0, 0.0, 0.0
    for t, g_t in enumerate(g, 1):
        m = beta_1 * m + (1 - beta_1) * g_t
        v = beta_2 * v + (1 - beta_2) * g_t * g_t
        ahead = mu[t + 1] * m / (1 - np.prod(mu[1 : t + 2])) + (1 - mu[t]) * g_t / (1 - np.prod(mu[1 : t + 1]))
        theta = theta - lr * ahead / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        yield theta


EQUATIONS = {
    "momentum": (momentum, {"learning_rate": 0.03, "momentum": 0.8}),
    "nesterov": (nesterov, {"learning_rate": 0.03, "momentum": 0.8}),
    "rprop": (rprop, {"learning_rate": 0.03}),
    "rmsprop": (rmsprop, {"learning_rate": 0.03, "rho": 0.8, "epsilon": 1e-3}),
    "adadelta": (adadelta, {"learning_rate": 0.7, "rho": 0.9, "epsilon": 1e-3}),
    "adam": (adam, {"learning_rate": 0.03, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    "nadam": (nadam, {"learning_rate": 0.03, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
}


@oracle(sorted(EQUATIONS))
def test_it_computes_the_equations_of_its_header(name, keras):
    equations, settings = EQUATIONS[name]
    gradients = np.random.default_rng(1).normal(0.3, size=(STEPS, 6))

    (found,) = walk(keras, make(name, **settings), [np.zeros(6)], [gradients])

    assert_near(found, np.stack(list(equations(gradients, *settings.values()))))


def test_every_optimizer_is_proved_here():
    assert sorted(EQUATIONS) == OPTIMIZERS == sorted([*TWINS, "rprop"])


# ---- what the headers say besides ------------------------------------------------------------------------------------


def test_nesterov_stores_the_point_that_is_looked_at(keras):
    """On f(x) = x * A * x / 2: phi_t = phi + v with g(phi + mu v), and what is stored is phi + mu v."""
    A, lr, mu = np.array([1.0, 9.0]), 1 / 16, 7 / 8  # numbers that float32 holds exactly, as the learning rate is kept
    weight, optimizer = keras.Variable(np.array([1.0, 1.0]), dtype="float64"), make("nesterov", lr, mu)
    phi, v = np.array([1.0, 1.0]), np.zeros(2)
    for _ in range(20):
        optimizer.apply([keras.ops.convert_to_tensor(A * weight.numpy())], [weight])
        v = mu * v - lr * A * (phi + mu * v)
        phi = phi + v

        np.testing.assert_allclose(weight.numpy(), phi + mu * v, rtol=1e-12)


def test_under_a_constant_gradient_momentum_steps_ten_times_as_far(keras):
    """v -> -lr g / (1 - mu): after 200 steps of mu = 0.9 the last one is 10 lr g."""
    (path,) = walk(keras, make("momentum", 0.01, 0.9), [np.zeros(1)], [np.full((200, 1), 3.0)])

    assert path[-2, 0] - path[-1, 0] == pytest.approx(10 * 0.01 * 3, rel=1e-6)


def test_signs_do_not_cancel_where_gradients_do(keras):
    """Nine gradients of +0.1 and one of -0.9 add up to 0. Nine signs against one walk: minus lr (1 + 1.2 + .. + 1.2^8)."""
    gradients = np.array([0.1] * 9 + [-0.9])[:, None]

    (path,) = walk(keras, make("rprop", 0.001), [np.zeros(1)], [gradients])

    assert gradients.sum() == pytest.approx(0)
    assert path[-1, 0] == pytest.approx(-0.001 * sum(1.2**k for k in range(9)))


@pytest.mark.parametrize(("name", "first"), [("adam", 1.0), ("rmsprop", 1 / np.sqrt(0.1))])
@pytest.mark.parametrize("size", [1e-2, 1.0, 1e3])
def test_the_first_step_is_lr_long_whatever_the_size_of_the_gradient_once_the_start_is_corrected(name, first, size, keras):
    (path,) = walk(keras, make(name, 0.01, epsilon=0.0), [np.zeros(2)], [size * np.array([[1.0, -3.0]])])

    np.testing.assert_allclose(path[0], 0.01 * first * np.array([-1, 1]), rtol=1e-5)


def test_keras_epsilon_counts_32_times_as_much_in_the_first_step_of_adam():
    assert 1 / np.sqrt(1 - 0.999) == pytest.approx(32, abs=0.5)


def test_the_first_steps_of_adadelta_have_the_size_of_the_root_of_epsilon(keras):
    """sqrt(eps) / sqrt((1 - rho) g^2 + eps) g, with g = 1: sqrt(eps / (1 - rho)) for a small epsilon."""
    (path,) = walk(keras, make("adadelta", rho=0.95, epsilon=1e-6), [np.zeros(1)], [np.ones((1, 1))])

    assert -path[0, 0] == pytest.approx(np.sqrt(1e-6 / 0.05), rel=1e-4)


# ---- inside Keras ----------------------------------------------------------------------------------------------------


def small(keras):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(1)])
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def data():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(64, 3)).astype("float32")
    return x, (x[:, :1] * x[:, 1:2]).astype("float32")


@pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_compiled_model_trains_with_it(name, backend, keras):
    model = small(keras)
    model.compile(optimizer=make(name, **({} if name in ("adadelta", "rprop") else {"learning_rate": 0.02})), loss="mse")
    x, y = data()
    before = model.test_on_batch(x, y)
    model.fit(np.tile(x, (60, 1)), np.tile(y, (60, 1)), batch_size=64, shuffle=False, verbose=0)  # 60 times the same batch

    assert model.test_on_batch(x, y) < 0.8 * before


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_saved_model_goes_on_where_it_stopped(name, keras, tmp_path):
    """Settings and state come back: three steps, reload, three more equal six in a row."""
    settings = EQUATIONS[name][1]

    def trained(model, steps):
        for _ in range(steps):
            model.train_on_batch(*data())
        return model

    whole, half = small(keras), small(keras)
    for model in (whole, half):
        model.compile(optimizer=make(name, **settings), loss="mse")
    trained(half, 3).save(tmp_path / "model.keras")
    again = trained(keras.models.load_model(tmp_path / "model.keras"), 3)

    for one, other in zip(trained(whole, 6).get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("name", "options", "wrong"),
    [
        ("momentum", {"momentum": 1.0}, "momentum must be at least 0 and below 1. Received: momentum=1.0"),
        ("nesterov", {"momentum": -0.1}, "momentum must be at least 0 and below 1. Received: momentum=-0.1"),
        ("rprop", {"shrink": 1.1}, "shrink and grow must lie on both sides of 1. Received: shrink=1.1, grow=1.2"),
        ("rmsprop", {"rho": 1.0}, "rho must be at least 0 and below 1. Received: rho=1.0"),
        ("adadelta", {"rho": 2.0}, "rho must be at least 0 and below 1. Received: rho=2.0"),
        ("adam", {"beta_2": 1.0}, "beta_2 must be at least 0 and below 1. Received: beta_2=1.0"),
        ("nadam", {"beta_1": -1.0}, "beta_1 must be at least 0 and below 1. Received: beta_1=-1.0"),
    ],
)
def test_settings_that_mean_nothing_are_refused(name, options, wrong, keras):
    with pytest.raises(ValueError) as told:
        make(name, **options)
    assert str(told.value) == wrong


def test_rprop_takes_no_schedule(keras):
    with pytest.raises(ValueError, match="learning_rate must be a number"):
        make("rprop", make("one-cycle-policy", 0.1, 10))
