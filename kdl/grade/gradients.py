"""Gradients by central differences: the proof of a backward pass, and the question whose gradient a wrong one is.

The four-point formula (8 (f(+h) - f(-h)) - (f(+2h) - f(-2h))) / 12h is off by about h^4 f5 / 30 + 1.5 eps |f| / h, with f5
the fifth derivative: 1e-12 for h = 1e-3 and numbers around 1. CENTRAL leaves room for steep functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kdl.grade.case import Case, copied
from kdl.grade.child import Failed
from kdl.grade.compare import are, errors, loose, scale
from kdl.grade.step import Step

STEP = 1e-3
CENTRAL = 1e-6  # of the largest expected value
MOST = 400  # numbers to differentiate by; four calls for each
OWN, NOT_ITS = "own-forward", "not-its-gradient"
_OFFSETS = ((1, 8), (-1, -8), (2, -1), (-2, 1))
_FACTORS = [factor for _, factor in _OFFSETS]
DIRECTIONS = 2


def differences(step: Step, case: Case, ask: Callable[[dict], dict]) -> list | None:
    """The gradient of the loss of `step.forward` with respect to each of `step.wrt`, float64, in one request.

    Args:
        ask: request -> answer, as `Session.do` has them.

    Returns:
        None where the forward pass gives no number.
    """
    inputs = case.widened().inputs
    losses = _losses(step, inputs, _points(step, inputs), ask)
    return None if losses is None else _gradients(step, inputs, losses)


def proved(step: Step, case: Case, gradients: list, ask: Callable[[dict], dict]) -> float:
    """How far the slopes of the loss are from what `gradients` say, along two directions in each argument.

    A wrong gradient cannot be right along a random direction; this costs 8 calls for an argument of any size.

    Returns:
        The largest difference, of the largest value of its gradient; infinite where the forward pass gives no number.
    """
    import numpy as np

    inputs = case.widened().inputs
    many, said, scales = [], [], []
    for name, gradient in zip(step.wrt, gradients, strict=True):
        for direction in np.random.default_rng(0).normal(size=(DIRECTIONS, *inputs[name].shape)):
            direction = direction / (np.linalg.norm(direction) or 1.0)
            said.append(np.sum(gradient * direction))
            scales.append(scale(gradient))
            many += [_moved(step, inputs, name, offset * STEP * direction) for offset, _ in _OFFSETS]
    losses = _losses(step, inputs, many, ask)
    if losses is None:
        return math.inf
    slopes = np.array(losses).reshape(-1, 4) @ _FACTORS / (12 * STEP)
    off = float(np.max(np.abs(slopes - said) / scales, initial=0.0))
    return off if math.isfinite(off) else math.inf


def calls(step: Step, case: Case) -> int:
    """How many calls of the forward pass `differences` makes."""
    return len(_OFFSETS) * sum(case.inputs[name].size for name in step.wrt)


def _moved(step: Step, inputs: dict, name: str, move) -> list:
    return [inputs[one] + move if one == name else copied(inputs[one]) for one in step.forward_signature]


def _losses(step: Step, inputs: dict, many: list, ask: Callable[[dict], dict]) -> list[float] | None:
    answer = ask({"op": "calls", "function": step.forward, "many": many})
    if answer.get("status") != "value" or not isinstance(answer.get("value"), list):
        return None
    losses = [_loss(step, inputs, value) for value in answer["value"]]
    return None if None in losses or len(losses) != len(many) else losses


def _points(step: Step, inputs: dict) -> list[list]:
    """The arguments of the forward pass, with one number at a time moved by each offset."""
    import numpy as np

    many = []
    for name in step.wrt:
        for index in range(inputs[name].size):
            move = np.zeros(inputs[name].shape)
            for offset, _ in _OFFSETS:
                move.reshape(-1)[index] = offset * STEP
                many.append(_moved(step, inputs, name, move))
    return many


def _loss(step: Step, inputs: dict, value) -> float | None:
    import numpy as np

    try:
        if not step.upstream:
            return float(value)
        values = [value] if len(step.upstream) == 1 else value
        weighed = list(zip(step.upstream, values, strict=True))
        if any(np.shape(one) != inputs[name].shape for name, one in weighed):
            return None  # nor is a large array multiplied with a small one
        return float(sum(np.sum(inputs[name] * np.asarray(one, np.float64)) for name, one in weighed))
    except (TypeError, ValueError):  # a learner's forward pass may return anything
        return None


def _gradients(step: Step, inputs: dict, losses: list[float]) -> list:
    import numpy as np

    found, at = [], 0
    for name in step.wrt:
        size = inputs[name].size
        part = np.array(losses[at : at + 4 * size]).reshape(size, 4)
        found.append((part @ _FACTORS).reshape(inputs[name].shape) / (12 * STEP))
        at += 4 * size
    return found


def error(gradients: list, expected: list) -> float:
    """The largest difference between gradients, of the largest expected value of each."""
    import numpy as np

    with np.errstate(all="ignore"):
        return max(float(errors(got, right).max(initial=0.0)) for got, right in zip(gradients, expected, strict=True))


def whose(step: Step, outcomes: list, ask: Callable[[dict], dict]) -> tuple[str, str] | None:
    """Name and message of what a wrong gradient is: the right one of the learner's own forward pass, or not even that.

    Args:
        outcomes: of the step; those that hold an answer are looked at, the smallest first.
        ask: the learner's session. Where it fails nothing is said.
    """
    wrong = sorted((one for one in outcomes if one.reason == "values"), key=lambda one: one.case.size())
    if not wrong or len([one for one in outcomes if one.got is not None]) != len(outcomes):
        return None
    own, forward_right, good = True, True, set(step.returns)
    for one in wrong:
        try:
            mine = differences(step, one.case, ask)
        except Failed:
            return None
        if mine is None or any(a.shape != b.shape for a, b in zip(one.got, mine, strict=True)):
            return None
        off = [errors(got, right).max(initial=0.0) for got, right in zip(one.got, mine, strict=True)]
        own = own and max(off) <= loose(one.case.dtype())
        good -= {name for name, far in zip(step.returns, off, strict=True) if far > loose(one.case.dtype())}
        forward_right = forward_right and error(mine, one.expected) <= 10 * CENTRAL
    if own and not forward_right:
        return OWN, (
            f"This is the gradient of your own {step.forward}: central differences of it give the same numbers. "
            f"So the backward pass fits, and it is the forward pass that is wrong; mend {step.forward} first."
        )
    if own or not forward_right:
        return None  # both are nearly right: the numbers say more than whose gradient they are
    return NOT_ITS, _not_its_gradient(step, good)


def _not_its_gradient(step: Step, good: set[str]) -> str:
    bad = [name for name in step.returns if name not in good]
    fine = [name for name in step.returns if name in good]
    said = f"{are(fine)} what its central differences give; " if fine else ""
    return (
        f"Your {step.forward} is right; {said}{are(bad)} not. Move one number of "
        f"{step.wrt[step.returns.index(bad[0])]} by 0.001 and see how {step.forward} moves: {bad[0]} must say that."
    )
