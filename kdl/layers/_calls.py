"""What the layers share about a call: an argument that a model hands down to them, and places that must exist."""

from numbers import Integral

import keras
import numpy as np

from kdl.errors import EnvironmentProblem

HOOK = "_register_call_context_args"  # not public, but described in its docstring for those who write layers


def handed_down(layer, name):
    """Let a call of a model hand the argument `name` down to `layer`, however deep it stands inside of blocks.

    Raises:
        EnvironmentProblem: this Keras has no such way.
    """
    if not hasattr(layer, HOOK):
        raise EnvironmentProblem(
            f"Layers of kdl cannot be built with Keras {keras.__version__}.",
            why=f"They use Layer.{HOOK}, which Keras 3.13 to 3.15 have, and this one has not.",
            fix='pip install "keras>=3.13,<3.16"',
        )
    getattr(layer, HOOK)(name)


def expect_room(first, count, length):
    """Refuse places `first` .. `first + count - 1` that reach beyond `length`, as far as they are known before it runs.

    Raises:
        ValueError: they do.
    """
    known = int(first) if isinstance(first, Integral | np.ndarray) else 0
    if count is not None and known + count > length:
        raise ValueError(f"length must be at least that of the text. Received: length={length}, {known + count} places")
