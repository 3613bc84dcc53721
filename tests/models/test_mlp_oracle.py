"""The multilayer perceptron against Keras' Dense layers, and against NumPy written from the displayed equations."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

SIZES = {"shape": (3, 2, 2), "hidden": (5, 4), "outputs": 6}
B = 7
each = pytest.mark.parametrize("name", ["mlp"])


def filled():
    """The model with random weights, biases too."""
    model = catalog.build("mlp", **SIZES)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in model.get_weights()])
    return model


def pictures():
    return np.random.default_rng(1).normal(size=(B, *SIZES["shape"])).astype("float32")


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


def twin(keras, model):
    dense = [keras.layers.Dense(units, activation="relu") for units in SIZES["hidden"]]
    layers = [keras.Input(SIZES["shape"]), keras.layers.Flatten(), *dense, keras.layers.Dense(SIZES["outputs"])]
    other = keras.Sequential(layers)
    other.set_weights(model.get_weights())
    return other


@pytest.mark.oracle
@pytest.mark.content
@each
def test_outputs_and_gradients_equal_those_of_dense_layers_with_the_same_weights(name, keras):
    """Gradients by the inputs and by all six weights, of a loss that weighs every output differently."""
    model = filled()
    weigh = np.random.default_rng(2).normal(size=(B, SIZES["outputs"])).astype("float32")

    def gradients(one):
        def loss(x, *weights):
            outputs, _ = one.stateless_call(weights, [], x)
            return keras.ops.sum(outputs * weigh)

        return value_and_grad(loss, pictures(), *[variable.value for variable in one.trainable_variables])

    (value, found), (expected_value, expected) = gradients(model), gradients(twin(keras, model))

    assert_near(model.predict_on_batch(pictures()), twin(keras, model).predict_on_batch(pictures()))
    assert_near(np.asarray(value), np.asarray(expected_value))
    assert len(found) == len(expected) == 7
    for one, other in zip(found, expected, strict=True):
        assert_near(np.asarray(one), np.asarray(other))


@pytest.mark.oracle
@pytest.mark.content
@each
def test_outputs_and_gradients_equal_the_displayed_equations(name, keras):
    """Forwards h_k = relu(h_{k-1} W_k + b_k); backwards s_k = (s_{k+1} W_{k+1}^T) * relu'(..), dLoss/dW_k = h_{k-1}^T s_k."""
    model = filled()
    weights = [weight.astype(float) for weight in model.get_weights()]
    kernels, biases = weights[::2], weights[1::2]
    weigh = np.random.default_rng(2).normal(size=(B, SIZES["outputs"]))

    h, before = [pictures().reshape(B, -1).astype(float)], []
    for W, b in zip(kernels[:-1], biases[:-1], strict=True):
        before.append(h[-1] @ W + b)
        h.append(np.maximum(before[-1], 0))
    y = h[-1] @ kernels[-1] + biases[-1]
    s, blame = weigh, [weigh]  # of the loss sum(y * weigh)
    for W, z in zip(kernels[:0:-1], before[::-1], strict=True):
        s = (s @ W.T) * (z > 0)
        blame.insert(0, s)

    def loss(*tensors):
        outputs, _ = model.stateless_call(tensors, [], pictures())
        return keras.ops.sum(outputs * keras.ops.cast(weigh, "float32"))

    _, found = value_and_grad(loss, *[variable.value for variable in model.trainable_variables])

    assert_near(model.predict_on_batch(pictures()), y)
    for number, one in enumerate(blame):
        assert_near(np.asarray(found[2 * number]), h[number].T @ one)
        assert_near(np.asarray(found[2 * number + 1]), one.sum(axis=0))


def test_it_has_the_published_sizes(keras):
    """LeNet-300-100: 235K, 30K and 1K, 266K in all (Han, Pool, Tran, Dally, 2015, table 3). The symmetry net: 6-2-1."""
    by_layer = [layer.count_params() for layer in catalog.build("mlp", "lenet-300-100").layers if layer.count_params()]

    assert by_layer == [784 * 300 + 300, 300 * 100 + 100, 100 * 10 + 10]
    assert sum(by_layer) == 266_610
    assert catalog.build("mlp", "symmetry").count_params() == 6 * 2 + 2 + 2 + 1


def test_without_hidden_layers_it_is_one_affine_map(keras):
    model = catalog.build("mlp", shape=(4,), hidden=(), outputs=3)
    x = np.random.default_rng(3).normal(size=(B, 4)).astype("float32")
    W, b = model.get_weights()

    assert_near(model.predict_on_batch(x), x @ W + b)


@pytest.mark.parametrize("sizes", [{"hidden": (3, 0)}, {"outputs": 0}])
def test_an_empty_layer_is_refused(sizes, keras):
    with pytest.raises(ValueError, match="units must be at least 1. Received: units=0"):
        catalog.load(catalog.find("model", "mlp")).build(**sizes)
