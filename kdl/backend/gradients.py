"""Gradients of any scalar function of tensors: the one thing that `keras.ops` has not."""

from __future__ import annotations

from collections.abc import Callable


def value_and_grad(function: Callable, *tensors):
    """The value of a scalar function and its derivative by each argument.

    Args:
        function: takes as many tensors as follow, uses `keras.ops` only, and returns a scalar tensor.
            To differentiate by a layer's weights, pass them and call `layer.stateless_call(weights, [], x)` inside.
        *tensors: floating-point tensors or arrays of any shape.

    Returns:
        (value, [gradient, ...]); each gradient has the shape of its tensor, zeros where the value does not depend on it.

    Raises:
        ValueError: the function's value is not a scalar.
    """
    keras = _keras()
    tensors = [keras.ops.convert_to_tensor(tensor) for tensor in tensors]
    differentiate = {"tensorflow": _tensorflow, "jax": _jax}[keras.config.backend()]
    return differentiate(_checked(function), tensors)


def _keras():
    from kdl.backend.quiet import start

    return start()


def _checked(function: Callable) -> Callable:
    def scalar(*tensors):
        value = function(*tensors)
        if tuple(value.shape) != ():
            raise ValueError(f"function must return a scalar. Received: shape={tuple(value.shape)}")
        return value

    return scalar


def _tensorflow(function: Callable, tensors: list):
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    return value, tape.gradient(value, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def _jax(function: Callable, tensors: list):
    import jax

    value, gradients = jax.value_and_grad(function, argnums=tuple(range(len(tensors))))(*tensors)
    return value, list(gradients)
