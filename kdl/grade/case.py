"""A case: one call that the judge makes, and how its values are written as code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Train:
    """One step of an optimizer, in place of a call whose outputs are compared.

    Args:
        target: what the outputs are held against; an array, or a list of them for several outputs.
        loss, optimizer: any that Keras knows by this name.
        rate: so large that every weight moves by a good share of its size.
    """

    target: object
    loss: str = "mse"
    optimizer: str = "SGD"
    rate: float = 0.1


@dataclass(frozen=True)
class Case:
    """One call of a step's function or layer.

    Args:
        name: what is special about it, in the learner's words: "one unit, one sequence".
        inputs: argument name -> value, in the order of the signature: arrays, None, numbers, truth values, text, and
            lists, tuples and dicts of these.
        new: of a layer: the keyword arguments of its class.
        weights: of a layer: weight name -> array, for all of its weights.
        train: of a layer: compare its weights after one optimizer step, not its outputs.
    """

    name: str
    inputs: dict
    new: dict = field(default_factory=dict)
    weights: dict = field(default_factory=dict)
    train: Train | None = None

    def request(self) -> list:
        """The arguments as they cross to the session, each a copy of its own."""
        return [copied(value) for value in self.inputs.values()]

    def size(self) -> int:
        """Numbers in the inputs: the smallest failing case is the one that is shown."""
        return sum(getattr(one, "size", 1) for one in parts([self.inputs, self.weights]))

    def dtype(self) -> str:
        """The name of the narrowest float among the inputs: it sets the tolerance."""
        import numpy as np

        arrays = (one for one in parts([self.inputs, self.weights]) if isinstance(one, np.ndarray))
        floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
        return min(floats, key=lambda dtype: dtype.itemsize).name if floats else "float64"

    def widened(self) -> Case:
        """The case with every float array as float64: what the reference solution gets."""
        train = self.train and Train(widened(self.train.target), self.train.loss, self.train.optimizer, self.train.rate)
        return Case(self.name, widened(self.inputs), self.new, widened(self.weights), train)


# ---- values ----------------------------------------------------------------------------------------------------------


def changed(value, change: Callable):
    """`value` anew, with `change` applied to whatever in it is no list, tuple or dict."""
    if isinstance(value, list | tuple):
        return type(value)(changed(one, change) for one in value)
    if isinstance(value, dict):
        return {key: changed(one, change) for key, one in value.items()}
    return change(value)


def copied(value):
    return changed(value, _copy)


def widened(value):
    import numpy as np

    return changed(
        value, lambda one: one.astype(np.float64) if isinstance(one, np.ndarray) and one.dtype.kind == "f" else _copy(one)
    )


def _copy(one):
    return one.copy() if hasattr(one, "copy") else one


def parts(value) -> Iterator:
    """Whatever in `value` is no list, tuple or dict."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from parts(one)
    else:
        yield value


def same(before, now) -> bool:
    """Equal in kind and value, to any depth; NaN equals NaN."""
    import numpy as np

    if isinstance(before, np.ndarray):
        floats = before.dtype.kind in "fc"
        return isinstance(now, np.ndarray) and now.shape == before.shape and np.array_equal(now, before, equal_nan=floats)
    if isinstance(before, list | tuple):
        return type(now) is type(before) and len(now) == len(before) and all(map(same, before, now))
    if isinstance(before, dict):
        return isinstance(now, dict) and list(now) == list(before) and all(same(before[key], now[key]) for key in before)
    return type(now) is type(before) and (now == before or (now != now and before != before))


def literal(value) -> str:
    """A Python expression for `value`; an array keeps its dtype and shape."""
    import numpy as np

    if isinstance(value, list | tuple):
        inner = ", ".join(literal(one) for one in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(one)}" for key, one in value.items()) + "}"
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.dtype.kind == "U":
        return f"np.array({value.tolist()!r})"
    if value.size == 0 or (value.size > 1 and not value.any()):
        kind = "" if value.dtype == np.float64 else f", np.{value.dtype.name}"
        return f"np.zeros({value.shape}{kind})"
    kind = "" if value.dtype.name in ("float64", "int64", "bool") else f", np.{value.dtype.name}"
    return f"np.array({_nested(value)}{kind})"


def _nested(value) -> str:
    if value.ndim:
        return "[" + ", ".join(_nested(one) for one in value) + "]"
    text = str(value[()])
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(text, text)
