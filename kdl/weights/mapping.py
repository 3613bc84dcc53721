"""Bring the arrays of a checkpoint and the variables of a model together: each once, none missing, none left over.

A family (bert.py, gpt_1.py, gpt_2.py) lists what its model needs; this file checks the whole list against the tables of
the files before a model is built or a number is read. So the sizes in config.json can promise what they like: nothing
larger is built than the arrays that are really there. Numbers are read one array at a time, while the model is filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kdl import files
from kdl.errors import UsageProblem
from kdl.weights import safetensors
from kdl.weights.safetensors import Tensor


@dataclass(frozen=True)
class Weight:
    """One array of a checkpoint, and where it goes.

    Attributes:
        name: in the checkpoint, without the prefix of the body.
        shape: as it is stored.
        to: path of the variable; several stand side by side on the last axis, with equal sizes.
        turned: it is stored as (out, in), as PyTorch's Linear does; Keras has (in, out).
        also: an older name of it.
    """

    name: str
    shape: tuple[int, ...]
    to: tuple[str, ...]
    turned: bool = False
    also: str | None = None

    def parts(self, array: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """(path, array of its variable) for each variable."""
        array = array.T if self.turned else array
        yield from zip(self.to, np.split(array, len(self.to), axis=-1), strict=True)


@dataclass(frozen=True)
class Plan:
    """What is read from a folder.

    Attributes:
        model_id: of the model.
        folder: where it lies.
        sizes: arguments of its `build`.
        weights: each with the array that it is read from.
        has_head: without one the model gives hidden states.
        head: the array of a head of its own (V, D), where its matrix is not that of the tokens; else None.
        unused: names of arrays that the model has no place for, all of them known.
    """

    model_id: str
    folder: Path
    sizes: dict
    weights: list[tuple[Weight, Tensor]]
    has_head: bool
    head: Tensor | None
    unused: list[str]

    @property
    def num_params(self) -> int:
        """Parameters that are read."""
        return sum(tensor.count for _, tensor in self.weights) + (self.head.count if self.head else 0)


def without_prefix(tensors: dict[str, Tensor], prefix: str, folder) -> dict[str, Tensor]:
    """The arrays by their names without the prefix that the body has where it was saved together with a head."""
    found = {}
    for name, tensor in tensors.items():
        short = name.removeprefix(prefix)
        if short in found:
            why = f"{files.short(short)} is there with {prefix!r} in front and without."
            raise UsageProblem(f"{folder} holds a weight twice.", why=why, fix=files.AGAIN)
        found[short] = tensor
    return found


def matched(weights: Iterator[Weight], tensors: dict[str, Tensor], folder) -> list[tuple[Weight, Tensor]]:
    """Take each weight's array out of `tensors`; ends at the first that is not there or has another shape.

    Raises:
        UsageProblem: names the weight.
    """
    found = []
    for weight in weights:
        if weight.also in tensors and weight.name not in tensors:
            tensors[weight.name] = tensors.pop(weight.also)
        tensor = tensors.pop(weight.name, None)
        if tensor is None:
            why = f"There is no {weight.name}, which its config.json asks for."
            raise UsageProblem(f"{folder} lacks a weight.", why=why, fix=files.AGAIN)
        expect_shape(weight.name, tensor, weight.shape, folder)
        found.append((weight, tensor))
    return found


def expect_shape(name: str, tensor: Tensor, shape: tuple, folder) -> None:
    """Refuse an array of another shape than the config asks for, or one whose numbers are no weights."""
    if tensor.dtype not in safetensors.FLOATS:
        why = f"{name} is stored in {tensor.dtype}; weights are F32, F16, BF16 or F64."
        raise UsageProblem(f"{folder} is not loaded.", why=why, fix="Save the model in one of them.")
    if tensor.shape != shape:
        why = f"{name} is {list(tensor.shape)}, and its config.json asks for {list(shape)}."
        raise UsageProblem(f"{folder} has a weight of another size.", why=why, fix=files.AGAIN)


def left_over(tensors: dict[str, Tensor], known: str, folder) -> list[str]:
    """The names that are left, all of which must match `known`: what kdl's model knowingly has no place for."""
    for name in sorted(tensors):
        if not re.fullmatch(known, name):
            why = f"Nothing in kdl's model, in the sizes of its config.json, is called {files.short(name)}."
            fix = "Save the model as the paper has it: without a head for another task, an adapter or a quantisation."
            raise UsageProblem(f"{folder} holds a weight that kdl has no place for.", why=why, fix=fix)
    return sorted(tensors)


def array(name: str, tensor: Tensor) -> np.ndarray:
    """One array as float32.

    Raises:
        UsageProblem: see `safetensors.read`; or one of its numbers is not finite.
    """
    found = safetensors.read(tensor)
    if not np.isfinite(found).all():
        raise UsageProblem(f"{tensor.path} is not loaded.", why=f"{name} holds a number that is not finite.", fix=files.AGAIN)
    return found


def fill(model, plan: Plan) -> None:
    """Set every weight of the model but that of a head of its own."""
    variables = {variable.path: variable for variable in model.weights}
    for weight, tensor in plan.weights:
        for path, part in weight.parts(array(weight.name, tensor)):
            variables.pop(path).assign(part)
    if variables:
        raise RuntimeError(f"kdl/weights gives no value to {', '.join(variables)}")
