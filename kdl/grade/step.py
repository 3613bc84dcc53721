"""The steps of an exercise as `exercise.toml` describes them, and what each kind of step needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kdl import atlas
from kdl.grade.table import Table

FUNCTION, GRADIENT, LAYER = "function", "gradient", "layer"
KINDS = (FUNCTION, GRADIENT, LAYER)
_KEYS = ("id", "kind", "title", "weight", "function", "signature", "returns", "entries")
_GRADIENT_KEYS = ("forward", "wrt", "upstream")


@dataclass(frozen=True)
class Step:
    """One gradable part: what is called, the order of its arguments, the names of its results, the points it brings.

    `function` is the name of a class in a step of kind "layer", and `signature` then holds the arguments of its call. In a
    step of kind "gradient" the results are the gradients of the function `forward` with respect to the arguments `wrt`;
    `upstream` names the arguments that weigh its results into one loss, none where it returns the loss itself.
    """

    id: str
    title: str
    weight: int
    function: str
    signature: tuple[str, ...]
    returns: tuple[str, ...]
    entries: tuple[str, ...]
    kind: str = FUNCTION
    forward: str = ""
    forward_signature: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        """What a learner reads: `gates(x, h, W, U, b)`, or `call(x, mask)` of a layer."""
        return f"{'call' if self.kind == LAYER else self.function}({', '.join(self.signature)})"


def read_steps(path: Path, text: str, top: Table) -> tuple[Step, ...]:
    """The `[[steps]]` of the file at `path`.

    Raises:
        BadContent: file, line and rule.
    """
    rows = top.get("steps", list)
    starts = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*steps\s*\]\]", line)]
    if len(starts) != len(rows):  # written in a way that does not show where each begins
        starts = [top.line("steps")] * len(rows)
    tables = []
    for start, values in zip(starts, rows, strict=True):
        if not isinstance(values, dict):
            raise top.bad("steps", "steps must be a list of tables: [[steps]]")
        tables.append(Table(path, text, values, start))
    if not tables:
        raise top.bad("steps", "has no [[steps]]")
    steps: list[Step] = []
    for table in tables:
        step = _step(table)
        if any(other.id == step.id for other in steps):
            raise table.bad("id", f"step {step.id!r} stands twice")
        if step.kind == LAYER and top.get("runtime", str) != "keras":
            raise table.bad("kind", 'a step of kind "layer" needs runtime = "keras"')
        steps.append(step)
    return tuple(
        _gradient(table, step, steps) if step.kind == GRADIENT else step for table, step in zip(tables, steps, strict=True)
    )


def _step(table: Table) -> Step:
    kind = table.get("kind", str, FUNCTION)
    if kind not in KINDS:
        raise table.bad("kind", f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    table.only(*_KEYS, *(_GRADIENT_KEYS if kind == GRADIENT else ()))
    entries = table.words("entries")
    unknown = [entry for entry in entries if entry not in atlas.entries()]
    if unknown:
        raise table.bad("entries", f"entry {unknown[0]!r} is not in the atlas")
    if table.get("weight", int) < 1:
        raise table.bad("weight", "weight must be at least 1")
    returns = table.words("returns")
    if not returns:
        raise table.bad("returns", "returns names no result")
    return Step(
        id=table.get("id", str),
        title=table.get("title", str),
        weight=table.values["weight"],
        function=table.get("function", str),
        signature=table.words("signature"),
        returns=returns,
        entries=entries,
        kind=kind,
    )


def _gradient(table: Table, step: Step, steps: list[Step]) -> Step:
    """The step with its forward pass; the arguments that it names exist on both sides."""
    name = table.get("forward", str)
    forward = next((one for one in steps if one.function == name and one.kind == FUNCTION), None)
    if forward is None:
        raise table.bad("forward", f"forward must be the function of another step, and {name!r} is not")
    wrt, upstream = table.words("wrt"), table.words("upstream", [])
    if lost := [one for one in forward.signature if one not in step.signature]:
        raise table.bad("signature", f"signature lacks {lost[0]!r}, which {name} needs")
    if len(wrt) != len(step.returns) or not set(wrt) <= set(forward.signature):
        raise table.bad("wrt", f"wrt must name one argument of {name} for each of {', '.join(step.returns)}")
    if len(upstream) not in (0, len(forward.returns)) or not set(upstream) <= set(step.signature):
        raise table.bad("upstream", f"upstream must name one argument of {step.function} for each result of {name}, or none")
    if not upstream and len(forward.returns) > 1:
        raise table.bad("upstream", f"upstream is needed: {name} has {len(forward.returns)} results")
    return Step(
        **{
            **vars(step),
            "forward": name,
            "forward_signature": forward.signature,
            "wrt": wrt,
            "upstream": upstream,
        }
    )
