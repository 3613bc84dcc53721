"""Compile a function of tensors that reads the weights of a model: traced once for each set of shapes."""

from __future__ import annotations

from collections.abc import Callable

from kdl.backend.quiet import start


def compiled(function: Callable, variables: list) -> Callable:
    """The same function, faster.

    Args:
        function: tensors, or lists and dictionaries of them -> the same; uses `keras.ops` and layers only, and changes no
            variable. Positions and the like must be tensors: a Python number would be traced anew for every value.
        variables: the Keras variables that it reads. JAX takes them as arguments; as constants it would copy them.
    """
    keras = start()
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(function, autograph=False)
    import jax

    @jax.jit
    def pure(values, *args):
        with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            return function(*args)

    return lambda *args: pure([variable.value for variable in variables], *args)
