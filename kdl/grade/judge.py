"""The judge: it makes the cases, knows what is right, and says of every answer what it is worth.

It runs in the parent. An answer that is missing, late, malformed or not a number is never a pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kdl.errors import BadContent, KdlError
from kdl.grade import calls, gradients, trusted
from kdl.grade.case import Case, parts, same
from kdl.grade.child import Failed
from kdl.grade.compare import described, worst
from kdl.grade.exercise import Exercise
from kdl.grade.session import MAX_MESSAGE
from kdl.grade.step import GRADIENT, Step
from kdl.grade.values import ARRAY, LIST, Mismatch, Right

PASS, FAIL, ERROR = "pass", "fail", "error"
SMALL_BYTES = 64 * 2**10  # that an answer may have in any case
ROOM_BYTES = 2**18  # that is read of any answer, so that a wrong shape can be named


@dataclass
class Outcome:
    """One case and what became of it.

    `reason` is None for a pass; else values, shape, dtype, type, weights, inputs (the answer is wrong), or exception,
    unfinished, missing, timeout, memory, crash, protocol (there is no answer). `asked` are the requests, each with its
    process, `printed` what the learner's code printed meanwhile.
    """

    case: Case
    step: Step
    right: Right
    status: str
    reason: str | None = None
    got: list | None = None
    inputs: list | None = None
    detail: str = ""
    lines: list = field(default_factory=list)
    worst: dict | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)
    printed: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What is compared: the results by name, and their parts."""
        return self.right.names

    @property
    def skipped(self) -> bool:
        """The learner's code was never asked: the time was used up before."""
        return self.reason == "timeout" and not self.asked

    @property
    def expected(self) -> list:
        return self.right.arrays

    def as_json(self) -> dict:
        return {
            "name": self.case.name,
            "status": self.status,
            "reason": self.reason,
            "call": calls.code(self.step, self.case),
            "got": self._got(),
            "expected": described(self.names, self.expected, self.worst),
            "worst": self.worst,
        }

    def _got(self) -> str | None:
        if self.got is not None:
            return described(self.names, self.got, self.worst)
        return self.detail or None


class Reference:
    """The cases of an exercise and their right answers, for one seed.

    Args:
        exercise, seed: the same two give the same cases.

    Raises:
        KdlError: the grader or the reference solution fails: our bug, never the learner's score.
    """

    def __init__(self, exercise: Exercise, seed: int):
        self.exercise, self.seed = exercise, seed
        self.cases: dict[str, list[Case]] = {}
        self.expected: dict[str, list[Right]] = {}
        try:
            with trusted.undisturbed():
                self._make()
        except (KdlError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise KdlError(
                f"The grader of {exercise.id} failed: {type(error).__name__}: {error}",
                why="Your file was not judged.",
                fix=_REPORT,
            ) from error

    def _make(self) -> None:
        import numpy as np

        grader: dict = {}
        exec(compile(self.exercise.read("grader.py"), str(self.exercise.path / "grader.py"), "exec"), grader)
        solution = trusted.reference(self.exercise)
        for number, step in enumerate(self.exercise.steps):
            cases = list(grader["cases"](np.random.default_rng([self.seed, number]), step.id))
            missing = {case.dtype() for case in cases} - self.exercise.tolerance.keys()
            if missing:
                wrong = f"tolerance lacks {sorted(missing)[0]}, which cases of the step {step.id} have"
                raise BadContent(self.exercise.path / "exercise.toml", 1, wrong)
            self.cases[step.id] = cases
            self.expected[step.id] = [_right(solution, step, case) for case in cases]


def most_bytes(reference: Reference) -> int:
    """How large an answer may be that is read: four times the right one and the arguments of any case, and some room.

    Where gradients are asked for, the forward pass may be, too, at every point of the central differences at once.
    """
    most = 0
    for step in reference.exercise.steps:
        for case, right in zip(reference.cases[step.id], reference.expected[step.id], strict=True):
            held = [*parts([case.inputs, case.weights]), *right.arrays]
            size = sum(getattr(one, "nbytes", 64) for one in held)
            most = max(most, size * (gradients.calls(step, case) if step.kind == GRADIENT else 1))
    return 4 * most + ROOM_BYTES


_REPORT = "Please report it with the seed of the check."


def _right(solution: trusted.Local, step: Step, case: Case) -> Right:
    answer = calls.asked(step, case.widened(), solution.ask)
    if answer["status"] != "value":
        raise ValueError(f"solution.py gives no value for {step.id}, case {case.name!r}: {answer}")
    right = Right(calls.returns(step, case), calls.results(step, case, answer["value"]))
    if step.kind == GRADIENT and gradients.proved(step, case, right.arrays, solution.ask) > gradients.CENTRAL:
        raise ValueError(f"{step.function} of solution.py is not the gradient of {step.forward}, case {case.name!r}")
    return right


# ---- one answer ------------------------------------------------------------------------------------------------------


def judged(exercise: Exercise, step: Step, case: Case, right: Right, answer: dict) -> Outcome:
    """What an answer of `calls.asked` is worth.

    Args:
        right: the reference's results for this case, float64.
        answer: a decoded frame; nothing in it is trusted.
    """
    outcome = Outcome(case, step, right, ERROR)
    status = answer.get("status")
    if status == "value":
        return _judged_value(exercise, outcome, answer)
    if status == "exception":
        return _judged_exception(outcome, answer)
    if status in ("missing", "unsendable", "weights"):
        outcome.reason = status
        outcome.detail = str(answer.get("message"))[: 2 * MAX_MESSAGE]
        if status == "weights":
            outcome.status = FAIL
        if status == "unsendable":
            outcome.status, outcome.reason = FAIL, "type"
            outcome.detail = f"the answer {outcome.detail.removeprefix('it ')}"
        return outcome
    outcome.reason, outcome.detail = "protocol", "the answer has no known status"
    return outcome


def failed(step: Step, case: Case, right: Right, error: Failed) -> Outcome:
    """A case that got no answer."""
    return Outcome(case, step, right, ERROR, error.reason, detail=error.detail)


def tried(reference: Reference, step: Step, number: int, ask: Callable[[dict], dict]) -> Outcome:
    """Ask for one case of a step, by its number, and judge the answer.

    Args:
        ask: the session of the learner or of trusted code; may raise Failed.
    """
    case, right = reference.cases[step.id][number], reference.expected[step.id][number]
    try:
        answer = calls.asked(step, case, ask)
    except Failed as error:
        return failed(step, case, right, error)
    return judged(reference.exercise, step, case, right, answer)


MEMORY = ("MemoryError", "ResourceExhaustedError", "_ArrayMemoryError")


def _judged_exception(outcome: Outcome, answer: dict) -> Outcome:
    kind, message = str(answer.get("type"))[:200], str(answer.get("message"))[: 2 * MAX_MESSAGE]
    outcome.reason = "unfinished" if kind == "NotImplementedError" else "memory" if kind in MEMORY else "exception"
    lines = answer.get("lines")
    if isinstance(lines, list):
        outcome.lines = [
            (line[0], str(line[1])) for line in lines if isinstance(line, list) and len(line) == 2 and type(line[0]) is int
        ]
    outcome.detail = f"{kind}: {message}" if message.strip() else kind
    return outcome


def _judged_value(exercise: Exercise, outcome: Outcome, answer: dict) -> Outcome:
    case, right = outcome.case, outcome.right
    outcome.status = FAIL
    try:
        outcome.got = right.matched(calls.results(outcome.step, case, answer.get("value")))
    except Mismatch as error:
        outcome.reason, outcome.detail = "type", str(error)
        return outcome
    if large := _too_large(outcome):
        outcome.got, outcome.reason, outcome.detail = None, "type", large
        return outcome
    outcome.inputs = answer.get("inputs") if isinstance(answer.get("inputs"), list) else None
    outcome.reason = _shape(outcome) or _dtype(outcome)
    if outcome.reason is None:
        outcome.worst = worst(right.names, outcome.got, right.arrays, exercise.tolerance[case.dtype()])
        if outcome.worst:
            outcome.reason = "values"
        elif changed := changed_inputs(outcome):
            outcome.reason, outcome.detail = "inputs", f"the call changed {' and '.join(changed)}"
    if outcome.reason is None:
        outcome.status = PASS
    return outcome


def _too_large(outcome: Outcome) -> str | None:
    """An answer far larger than what is asked for is not kept: there may be one for each case."""
    most = 4 * sum(right.nbytes for right in outcome.expected) + SMALL_BYTES
    if sum(one.nbytes for one in outcome.got) <= most:
        return None
    name, one, right = max(zip(outcome.names, outcome.got, outcome.expected, strict=True), key=lambda each: each[1].nbytes)
    return f"{name} has shape {one.shape}, not {right.shape}"


def _shape(outcome: Outcome) -> str | None:
    pairs = zip(outcome.got, outcome.expected, strict=True)
    return "shape" if any(one.shape != right.shape for one, right in pairs) else None


def _dtype(outcome: Outcome) -> str | None:
    """Floats must be real and no narrower than the inputs; integers, truth values and texts must stay what they are."""
    import numpy as np

    narrowest = np.dtype(outcome.case.dtype()).itemsize
    for one, right, form in zip(outcome.got, outcome.expected, outcome.right.forms, strict=True):
        if form == LIST and not right.size:
            continue  # an empty list has no type
        wanted = {"f": "f" if form == ARRAY else "fiu", "i": "iu", "u": "iu"}.get(right.dtype.kind, right.dtype.kind)
        if one.dtype.kind not in wanted or (one.dtype.kind == "f" and one.dtype.itemsize < narrowest):
            return "dtype"
    return None


def changed_inputs(outcome: Outcome) -> list[str]:
    """Names of the arguments that are no longer what the judge sent."""
    after = outcome.inputs
    if after is None or len(after) != len(outcome.case.inputs):
        return list(outcome.case.inputs)
    pairs = zip(outcome.case.inputs.items(), after, strict=True)
    return [name for (name, before), now in pairs if not same(before, now)]
