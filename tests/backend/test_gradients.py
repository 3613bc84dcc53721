"""`value_and_grad` against central differences, on both backends."""

import numpy as np
import pytest

from kdl.backend import value_and_grad

on_both_backends = pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])


def central_differences(function, arrays, step=1e-2):
    """(f(x + e) - f(x - e)) / 2e for every number of every array, in turn."""
    gradients = []
    for place, array in enumerate(arrays):
        gradient = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                moved = [one.copy() for one in arrays]
                moved[place][index] += sign * step
                ends.append(float(function(*moved)))
            gradient[index] = (ends[0] - ends[1]) / (2 * step)
        gradients.append(gradient)
    return gradients


@on_both_backends
def test_gradients_equal_central_differences(backend, keras):
    """f(a, b) = sum(tanh(a b)^2) with unequal sizes; the error of the differences is of the order of step^2."""
    assert keras.config.backend() == backend
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 4)).astype("float32"), rng.normal(size=(4, 2)).astype("float32")

    def function(a, b):
        return keras.ops.sum(keras.ops.square(keras.ops.tanh(keras.ops.matmul(a, b))))

    value, gradients = value_and_grad(function, a, b)

    assert float(value) == pytest.approx(float((np.tanh(a @ b) ** 2).sum()), rel=1e-5)
    for gradient, expected in zip(gradients, central_differences(function, [a, b]), strict=True):
        assert np.abs(np.asarray(gradient) - expected).max() < 2e-3


@on_both_backends
def test_gradients_reach_the_weights_of_a_layer(backend, keras):
    """y = x w + b, loss = sum(y): dloss/dw is the sum of the inputs, dloss/db their number."""
    layer = keras.layers.Dense(1)
    x = np.array([[1.0, 2.0], [3.0, 5.0]], "float32")
    layer.build(x.shape)

    def loss(*weights):
        return keras.ops.sum(layer.stateless_call(weights, [], x)[0])

    _, (kernel, bias) = value_and_grad(loss, *[variable.value for variable in layer.trainable_variables])

    np.testing.assert_allclose(np.asarray(kernel), [[4.0], [7.0]])
    np.testing.assert_allclose(np.asarray(bias), [2.0])


@on_both_backends
def test_what_the_value_does_not_depend_on_has_gradient_zero(backend, keras):
    _, (_, other) = value_and_grad(lambda a, b: keras.ops.sum(a), np.ones(2, "float32"), np.ones(3, "float32"))

    np.testing.assert_array_equal(np.asarray(other), np.zeros(3))


@on_both_backends
def test_a_function_that_is_no_scalar_is_refused(backend, keras):
    with pytest.raises(ValueError, match=r"must return a scalar. Received: shape=\(2,\)"):
        value_and_grad(lambda a: a, np.ones(2, "float32"))
