"""What a case asks of the learner's process, and the same as code for the learner to run."""

from __future__ import annotations

from collections.abc import Callable

from kdl.grade.case import Case, copied, literal
from kdl.grade.step import LAYER, Step
from kdl.grade.values import Mismatch

HANDLE = "layer"


def asked(step: Step, case: Case, ask: Callable[[dict], dict]) -> dict:
    """The answer to a case: that of its last request, or of the first one that got no value.

    Args:
        ask: request -> answer, as `Session.do` has them.
    """
    if step.kind != LAYER:
        return ask({"op": "call", "function": step.function, "args": case.request()})
    answer, inputs = {}, []
    for request in _layer_requests(step, case):
        answer = ask(request)
        if answer.get("status") != "value":
            return answer
        if request["op"] in ("model_call", "train_step"):
            inputs = answer.get("inputs")
    return {**answer, "inputs": inputs}


def _layer_requests(step: Step, case: Case) -> list[dict]:
    def call() -> dict:
        first, *others = case.inputs
        kwargs = {name: copied(case.inputs[name]) for name in others}
        return {"handle": HANDLE, "args": [copied(case.inputs[first])], "kwargs": kwargs}

    new = {"op": "new", "name": step.function, "args": [], "kwargs": copied(case.new), "handle": HANDLE}
    weights = {"op": "set_weights", "handle": HANDLE, "weights": copied(case.weights)}
    last = [{"op": "model_call", **call()}]
    if case.train:
        train = {"op": "train_step", **call(), **copied(vars(case.train))}
        last = [train, {"op": "get_weights", "handle": HANDLE, "names": list(case.weights)}]
    return [new, {"op": "build", **call()}, weights, *last]


def returns(step: Step, case: Case) -> tuple[str, ...]:
    """The names of what a case compares."""
    return tuple(f"{name} after one step" for name in case.weights) if case.train else step.returns


def results(step: Step, case: Case, value) -> list:
    """A value as one result for each name.

    Raises:
        Mismatch: it is not that many.
    """
    names = returns(step, case)
    if len(names) == 1 and not case.train:
        return [value]
    if not isinstance(value, list | tuple) or len(value) != len(names):
        from kdl.grade.compare import kind_of

        count = f" of {len(value)}" if isinstance(value, list | tuple) else ""
        raise Mismatch(f"returned {kind_of(value)}{count}")
    return list(value)


# ---- as code ---------------------------------------------------------------------------------------------------------


# As the judge finds them: by the end of the path, else through the attributes.
_ASSIGN = """\
for name, value in weights.items():
    found = [w for w in layer.weights if f"/{w.path}".endswith(f"/{name}")]
    (found[0] if len(found) == 1 else functools.reduce(getattr, name.split("/"), layer)).assign(value)"""


def code(step: Step, case: Case) -> str:
    """Python that makes this call when it is run beside the learner's submission.py."""
    lines = ["import numpy as np", f"from submission import {step.function}"]
    lines += [f"{name} = {literal(value)}" for name, value in case.inputs.items()]
    if step.kind != LAYER:
        return "\n".join([*lines, f"{', '.join(step.returns)} = {step.function}({', '.join(case.inputs)})"])
    lines[:0] = ["import functools", "import keras"]
    arguments = ", ".join(name if not place else f"{name}={name}" for place, name in enumerate(case.inputs))
    lines.append(f"layer = {step.function}({', '.join(f'{name}={literal(value)}' for name, value in case.new.items())})")
    lines.append(f"layer({arguments})  # makes its weights")
    lines += [f"weights = {literal(case.weights)}", _ASSIGN]
    if case.train is None:
        return "\n".join([*lines, f"{', '.join(step.returns)} = layer({arguments})"])
    return "\n".join(lines + _train_code(case, arguments))


def _train_code(case: Case, arguments: str) -> list[str]:
    train = case.train
    return [
        f"target = {literal(train.target)}",
        "class Model(keras.Model):",
        "    def call(self, _):",
        f"        return layer({arguments})",
        "model = Model()",
        "model.layer = layer",
        f"optimizer = keras.optimizers.get({{'class_name': {train.optimizer!r}, 'config': {{'learning_rate': {train.rate}}}}})",
        f"model.compile(optimizer=optimizer, loss={train.loss!r}, run_eagerly=True)",
        f"model.train_on_batch({next(iter(case.inputs))}, target)",
        "print({w.path: w.numpy() for w in layer.weights})",
    ]
