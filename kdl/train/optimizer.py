"""The optimizer of a training and the schedule of its learning rate, by name.

A name is an id of `kdl algorithm list`. Three of them stand for Keras's own, which the lessons equal and which are faster:
"adam", and "sgd" or "gradient-descent".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from kdl import catalog
from kdl.backend import start
from kdl.errors import NotFound

KERAS = {"adam": "Adam", "sgd": "SGD", "gradient-descent": "SGD"}
CONSTANT = "constant"  # no schedule, where the model's header has one


def names(kind: str) -> list[str]:
    """What may be asked for; needs no Keras.

    Args:
        kind: "optimizer" or "schedule".
    """
    lessons = [card.id for card in catalog.algorithms().values() if card.makes == kind]
    return sorted({*lessons, *(KERAS if kind == "optimizer" else (CONSTANT,))})


def check(kind: str, name: str) -> None:
    """Raises NotFound where there is no optimizer or schedule of this name; needs no Keras."""
    if name not in names(kind):
        raise NotFound(kind, name, names(kind), fix=f"There are: {', '.join(names(kind))}.")


def maker(kind: str, name: str) -> Callable:
    """`make(learning_rate, **settings)` of an optimizer; `make(learning_rate, steps)` of a schedule."""
    check(kind, name)
    if kind == "optimizer" and name in KERAS:
        return getattr(start().optimizers, KERAS[name])
    return catalog.load(catalog.find("algorithm", name)).make


def rate(name: str) -> float:
    """The learning rate that an optimizer has where nobody says one."""
    return inspect.signature(maker("optimizer", name)).parameters["learning_rate"].default


def settings(name: str) -> dict:
    """The arguments of an optimizer with their defaults, without those that every optimizer has."""
    keras = start().optimizers
    common = set(inspect.signature(keras.SGD).parameters) & set(inspect.signature(keras.Adam).parameters)
    own = inspect.signature(maker("optimizer", name)).parameters.values()
    return {one.name: one.default for one in own if one.name not in common and one.kind is not one.VAR_KEYWORD}


def made(recipe, steps: int, speed: float = 1.0):
    """The optimizer of a recipe, for so many steps; `speed` times its learning rate."""
    learning_rate = recipe.learning_rate * speed
    if recipe.schedule not in (None, CONSTANT):
        learning_rate = maker("schedule", recipe.schedule)(learning_rate, steps)
    make = maker("optimizer", recipe.optimizer)
    return make(learning_rate, global_clipnorm=recipe.clip_norm, **recipe.settings)
