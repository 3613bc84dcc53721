"""The judge: it makes the cases, knows what is right, and says of every answer what it is worth.

It runs in the parent. An answer that is missing, late, malformed or not a number is never a pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kdl.errors import BadContent, KdlError
from kdl.grade import frames
from kdl.grade.case import Case
from kdl.grade.child import Failed
from kdl.grade.compare import described, kind_of, worst
from kdl.grade.exercise import Exercise, Step
from kdl.grade.runner import Session

PASS, FAIL, ERROR = "pass", "fail", "error"


class Local:
    """Trusted code in this process, asked in the same way as the learner's child.

    The answer passes through frames, so that it is exactly what a child would have sent.
    """

    def __init__(self, source: str):
        self.session = Session()
        answer = self.session.do({"op": "load", "source": source})
        if answer["status"] != "value":
            raise Failed("load", f"{answer['type']}: {answer['message']}")

    def ask(self, request: dict, seconds: float = 0.0) -> dict:
        import numpy as np

        with np.errstate(all="ignore"):
            answer = self.session.do(request)
        try:
            return frames.decode(frames.encode(answer))
        except frames.Unsendable as error:
            return {"status": "unsendable", "message": str(error)}


@dataclass
class Outcome:
    """One case and what became of it.

    `reason` is None for a pass; else values, shape, dtype, type, inputs (the answer is wrong), or exception,
    unfinished, missing, timeout, memory, crash, protocol (there is no answer). `asked` is the process and the request
    that it went to, `printed` what the learner's code printed meanwhile.
    """

    case: Case
    step: Step
    expected: list
    status: str
    reason: str | None = None
    got: list | None = None
    inputs: list | None = None
    detail: str = ""
    lines: list = field(default_factory=list)
    worst: dict | None = None
    asked: tuple[int, int] | None = None
    printed: str = ""

    def as_json(self) -> dict:
        return {
            "name": self.case.name,
            "status": self.status,
            "reason": self.reason,
            "call": self.case.code(self.step.function, self.step.returns),
            "got": self._got(),
            "expected": described(self.step.returns, self.expected, self.worst),
            "worst": self.worst,
        }

    def _got(self) -> str | None:
        if self.got is not None:
            return described(self.step.returns, self.got, self.worst)
        return self.detail or None


class Reference:
    """The cases of an exercise and their right answers, for one seed.

    Args:
        exercise, seed: the same two give the same cases.

    Raises:
        KdlError: the grader or the reference solution fails: our bug, never the learner's score.
    """

    def __init__(self, exercise: Exercise, seed: int):
        import numpy as np

        self.exercise, self.seed = exercise, seed
        grader: dict = {}
        try:
            exec(compile(exercise.read("grader.py"), str(exercise.path / "grader.py"), "exec"), grader)
            solution = Local(exercise.read("solution.py"))
            self.cases: dict[str, list[Case]] = {}
            self.expected: dict[str, list[list]] = {}
            for number, step in enumerate(exercise.steps):
                cases = list(grader["cases"](np.random.default_rng([seed, number]), step.id))
                missing = {case.dtype() for case in cases} - exercise.tolerance.keys()
                if missing:
                    wrong = f"tolerance lacks {sorted(missing)[0]}, which cases of the step {step.id} have"
                    raise BadContent(exercise.path / "exercise.toml", 1, wrong)
                self.cases[step.id] = cases
                self.expected[step.id] = [_right(solution, step, case) for case in cases]
        except (KdlError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise KdlError(
                f"The grader of {exercise.id} failed: {type(error).__name__}: {error}",
                why="Your file was not judged.",
                fix=_REPORT,
            ) from error


_REPORT = "Please report it with the seed of the check."


def _right(solution: Local, step: Step, case: Case) -> list:
    answer = solution.ask({"op": "call", "function": step.function, "args": case.widened()})
    if answer["status"] != "value":
        raise ValueError(f"solution.py gives no value for {step.id}, case {case.name!r}: {answer}")
    return results(answer["value"], step)


def results(value, step: Step) -> list:
    """A function's value as the list of its results: one, or as many as the step names."""
    return [value] if len(step.returns) == 1 else list(value)


# ---- one answer ------------------------------------------------------------------------------------------------------


def judged(exercise: Exercise, step: Step, case: Case, expected: list, answer: dict) -> Outcome:
    """What an answer of `Session.do` is worth.

    Args:
        expected: the reference's results for this case, float64.
        answer: a decoded frame; nothing in it is trusted.
    """
    outcome = Outcome(case, step, expected, ERROR)
    status = answer.get("status")
    if status == "value":
        return _judged_value(exercise, outcome, answer)
    if status == "exception":
        return _judged_exception(outcome, answer)
    if status in ("missing", "unsendable"):
        outcome.reason = status
        outcome.detail = str(answer.get("message"))
        if status == "unsendable":
            outcome.status, outcome.reason = FAIL, "type"
            outcome.detail = f"the result cannot be judged: {outcome.detail}"
        return outcome
    outcome.reason, outcome.detail = "protocol", "the answer has no known status"
    return outcome


def failed(step: Step, case: Case, expected: list, error: Failed) -> Outcome:
    """A case that got no answer."""
    return Outcome(case, step, expected, ERROR, error.reason, detail=error.detail)


_MEMORY = ("MemoryError", "ResourceExhaustedError", "_ArrayMemoryError")


def _judged_exception(outcome: Outcome, answer: dict) -> Outcome:
    kind, message = str(answer.get("type")), str(answer.get("message"))
    outcome.reason = "unfinished" if kind == "NotImplementedError" else "memory" if kind in _MEMORY else "exception"
    lines = answer.get("lines")
    if isinstance(lines, list):
        outcome.lines = [
            (line[0], str(line[1])) for line in lines if isinstance(line, list) and len(line) == 2 and type(line[0]) is int
        ]
    outcome.detail = f"{kind}: {message}" if message else kind
    return outcome


def _judged_value(exercise: Exercise, outcome: Outcome, answer: dict) -> Outcome:
    import numpy as np

    names, expected, value = outcome.step.returns, outcome.expected, answer.get("value")
    outcome.status = FAIL
    if len(names) > 1:
        if not isinstance(value, list | tuple) or len(value) != len(names):
            count = f" of {len(value)}" if isinstance(value, list | tuple) else ""
            outcome.reason, outcome.detail = "type", f"returned {kind_of(value)}{count}"
            return outcome
        value = list(value)
    else:
        value = [value]
    for name, one, right in zip(names, value, expected, strict=True):
        if not isinstance(one, np.ndarray) or (isinstance(right, np.ndarray) and one.ndim == 0 < right.ndim):
            outcome.reason, outcome.detail = "type", f"{name} is {kind_of(one)}"
            return outcome
    outcome.got = value
    outcome.inputs = answer.get("inputs") if isinstance(answer.get("inputs"), list) else None
    outcome.reason = _shape(value, expected) or _dtype(outcome.case, value, expected)
    if outcome.reason is None:
        outcome.worst = worst(names, value, expected, exercise.tolerance[outcome.case.dtype()])
        if outcome.worst:
            outcome.reason = "values"
        elif changed := changed_inputs(outcome):
            outcome.reason, outcome.detail = "inputs", f"the call changed {' and '.join(changed)}"
    if outcome.reason is None:
        outcome.status = PASS
    return outcome


def _shape(got: list, expected: list) -> str | None:
    return "shape" if any(one.shape != right.shape for one, right in zip(got, expected, strict=True)) else None


def _dtype(case: Case, got: list, expected: list) -> str | None:
    """Floats must be real and no narrower than the inputs; integers and booleans must stay what they are."""
    import numpy as np

    narrowest = np.dtype(case.dtype()).itemsize
    for one, right in zip(got, expected, strict=True):
        if right.dtype.kind == "f" and (one.dtype.kind != "f" or one.dtype.itemsize < narrowest):
            return "dtype"
        if right.dtype.kind in "iu" and one.dtype.kind not in "iu":
            return "dtype"
        if right.dtype.kind == "b" and one.dtype.kind != "b":
            return "dtype"
    return None


def changed_inputs(outcome: Outcome) -> list[str]:
    """Names of the arguments that are no longer what the judge sent."""
    import numpy as np

    after = outcome.inputs
    if after is None or len(after) != len(outcome.case.inputs):
        return list(outcome.case.inputs)
    changed = []
    for (name, before), now in zip(outcome.case.inputs.items(), after, strict=True):
        if isinstance(before, np.ndarray):
            same = isinstance(now, np.ndarray) and now.shape == before.shape and np.array_equal(now, before, equal_nan=True)
        else:
            same = now == before
        if not same:
            changed.append(name)
    return changed
