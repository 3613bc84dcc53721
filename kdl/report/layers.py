"""A built model as rows, one a layer, with what each costs; drawn as a graph of text, and set against another model.

Multiply-adds depend on the sizes of the input; where a model leaves one free (a length, a batch), `FREE` stands for it.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

FREE = 10


@dataclass(frozen=True)
class Row:
    """One layer, or one operation between layers.

    Attributes:
        name, kind: as `head`, `Dense`.
        shape: of what it gives, without the batch; None where a size is free.
        params: numbers that it holds.
        multiply_adds: of one forward pass of one example.
        reads: the names of the rows whose answers it takes.
    """

    name: str
    kind: str
    shape: tuple
    params: int
    multiply_adds: int
    reads: tuple[str, ...] = ()

    def as_json(self) -> dict:
        return {**asdict(self), "shape": list(self.shape), "reads": list(self.reads)}


def rows(model) -> list[Row]:
    """Every layer of a built model, in the order in which it computes."""
    import keras
    import numpy as np

    from kdl.metrics import multiply_adds

    inputs = [
        np.zeros((1, *(FREE if size is None else size for size in one.shape[1:])), keras.backend.standardize_dtype(one.dtype))
        for one in model.inputs
    ]
    costs = {cost.layer: cost for cost in multiply_adds.of_model(model, inputs if len(inputs) > 1 else inputs[0])}
    found = [_row(operation, costs, reads) for operation, reads in _operations(model)]
    between = costs.get("")
    return found + ([Row("", "between layers", (), 0, between.multiply_adds)] if between else [])


def _row(operation, costs, reads) -> Row:
    cost = costs.get(operation.name)
    if cost is None:  # an operation of keras.ops between layers: it holds nothing
        return Row(operation.name, type(operation).__name__, _shape(operation), 0, 0, reads)
    return Row(cost.layer, cost.kind, _shape(operation) or cost.shape, cost.params, cost.multiply_adds, reads)


def _shape(operation) -> tuple:
    """The shape of its answer with the free sizes as None; () where Keras does not know it before the model is called."""
    try:
        output = operation.output
    except (AttributeError, ValueError):
        return ()
    first = output[0] if isinstance(output, list | tuple) else output
    return tuple(first.shape)[1:] if hasattr(first, "shape") else ()


def _operations(model):
    """(operation, names of those that it reads), in the order of the model; a subclassed model says no more than its layers."""
    graph = getattr(model, "_functional", None) or model  # a Sequential keeps its graph inside
    if not hasattr(graph, "operations"):
        return [(layer, ()) for layer in model.layers]
    known = {operation.name for operation in graph.operations}
    return [
        (
            operation,
            tuple(
                dict.fromkeys(
                    parent.operation.name
                    for node in operation._inbound_nodes
                    for parent in node.parent_nodes
                    if parent.operation.name in known
                )
            ),
        )
        for operation in graph.operations
    ]


# ---- the graph -------------------------------------------------------------------------------------------------------


def gutter(rows: Sequence[Row]) -> list[str]:
    """What stands left of each row: a dot for it, and a line for every answer that is still to be read further down.

    A line that ends at a row turns into it; one that goes on beside it has a branch.
    """
    left = {row.name: sum(row.name in other.reads for other in rows) for row in rows}
    lanes: list[str | None] = []  # column -> whose answer runs down there
    drawn = []
    for row in rows:
        taken = [column for column, name in enumerate(lanes) if name in row.reads]
        for column in taken:
            left[lanes[column]] -= 1
        ends = [column for column in taken if left[lanes[column]] == 0]
        free = [column for column, name in enumerate(lanes) if name is None]
        here = min(ends or free or [len(lanes)])
        lanes += [None] * (here + 1 - len(lanes))
        drawn.append(_drawn(lanes, here, taken, set(ends)))
        for column in ends:
            lanes[column] = None
        lanes[here] = row.name if left[row.name] else None
        while lanes and lanes[-1] is None:
            lanes.pop()
    return drawn


def _drawn(lanes, here: int, taken: list[int], ends: set[int]) -> str:
    low, high = min([here, *taken]), max([here, *taken])
    text = ""
    for column, name in enumerate(lanes):
        inside = low <= column <= high
        if column == here:
            mark = "●"
        elif column in taken:
            side = ("└├", "┴┼", "┘┤")[1 if low < column < high else 2 * (column > here)]
            mark = side[column not in ends]
        else:
            mark = ("┼" if inside else "│") if name else ("─" if inside else " ")
        text += mark + ("─" if low <= column < high else " ")
    return text.rstrip()


# ---- two models ------------------------------------------------------------------------------------------------------


def changes(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[str, Row | None, Row | None]]:
    """What became of the layers: ("same" | "changed" | "removed" | "added", row before, row after), in order.

    Layers are the same where kind, shape and cost are; a name alone is no difference. Between two layers that stayed,
    those of one kind are taken for one that changed.
    """
    keys = [[(row.kind, row.shape, row.params, row.multiply_adds) for row in side] for side in (before, after)]
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("same", one, other) for one, other in zip(before[a:b], after[c:d], strict=True)]
        else:
            found += _between(before[a:b], after[c:d])
    return found


def _between(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[str, Row | None, Row | None]]:
    kinds = [[row.kind for row in side] for side in (before, after)]
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("changed", one, other) for one, other in zip(before[a:b], after[c:d], strict=True)]
        else:
            found += [("removed", row, None) for row in before[a:b]] + [("added", None, row) for row in after[c:d]]
    return found
