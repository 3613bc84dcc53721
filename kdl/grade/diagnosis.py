"""Say *why* an answer is wrong: which misconception gives exactly these numbers, which several do result by result, or which
pattern they show.

A guess is made only from evidence over all cases of a step, and at most one is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from kdl.grade import patterns
from kdl.grade.child import Failed
from kdl.grade.compare import errors
from kdl.grade.exercise import Exercise, Mutant, Step
from kdl.grade.judge import FAIL, PASS, Local, Outcome, Reference, judged


@dataclass(frozen=True)
class Diagnosis:
    """`mutant` or `pattern` names the cause; `message` tells the learner."""

    mutant: str | None
    pattern: str | None
    message: str

    def as_json(self) -> dict:
        return {"mutant": self.mutant, "pattern": self.pattern, "message": self.message}


class Mutants:
    """The outcomes of every mutant on the cases of one check, made when they are first asked for."""

    def __init__(self, reference: Reference):
        self.reference = reference
        self._known: dict[tuple[str, str], list[Outcome]] = {}
        self._loaded: dict[str, Local | None] = {}

    def outcomes(self, mutant: Mutant, step: Step) -> list[Outcome]:
        key = (mutant.name, step.id)
        if key not in self._known:
            self._known[key] = self._run(mutant, step)
        return self._known[key]

    def _run(self, mutant: Mutant, step: Step) -> list[Outcome]:
        if mutant.name not in self._loaded:
            try:
                self._loaded[mutant.name] = Local(mutant.path.read_text(encoding="utf-8"))
            except Failed:
                self._loaded[mutant.name] = None
        code = self._loaded[mutant.name]
        if code is None:
            return []
        return run_local(self.reference, step, code)


def run_local(reference: Reference, step: Step, code: Local) -> list[Outcome]:
    """The outcomes of trusted code on every case of one step."""
    cases = zip(reference.cases[step.id], reference.expected[step.id], strict=True)
    return [
        judged(
            reference.exercise,
            step,
            case,
            expected,
            code.ask({"op": "call", "function": step.function, "args": case.request()}),
        )
        for case, expected in cases
    ]


def diagnose(exercise: Exercise, outcomes: dict[str, list[Outcome]], mutants: Mutants) -> dict[str, Diagnosis | None]:
    """One diagnosis, or None, for every step.

    Args:
        outcomes: step id -> the learner's outcomes; an empty list for a step that did not run.
    """
    told: dict[str, Diagnosis | None] = {}
    for step in exercise.steps:
        mine = outcomes[step.id]
        if not mine or all(one.status == PASS for one in mine):
            told[step.id] = None
            continue
        mutant = _match(exercise, step, outcomes, mutants)
        if mutant:
            told[step.id] = Diagnosis(mutant.name, None, mutant.message)
        else:
            found = patterns.find(mine)
            if found is None or found[0] == patterns.PARTLY:
                found = _several(exercise, step, mine, mutants) or found
            told[step.id] = Diagnosis(None, *found) if found else None
    return told


def _match(exercise: Exercise, step: Step, outcomes: dict[str, list[Outcome]], mutants: Mutants) -> Mutant | None:
    """The one mutant with the learner's answers on every case of this step; ties are broken by the other steps."""
    near = [mutant for mutant in exercise.mutants if same_step(exercise, outcomes[step.id], mutants.outcomes(mutant, step))]
    if len(near) > 1:
        near = [
            mutant
            for mutant in near
            if all(
                same_step(exercise, outcomes[other.id], mutants.outcomes(mutant, other), wrong=False)
                for other in exercise.steps
                if outcomes[other.id]
            )
        ]
    return near[0] if len(near) == 1 else None


def _several(exercise: Exercise, step: Step, mine: list[Outcome], mutants: Mutants) -> tuple[str, str] | None:
    """Several mistakes at once, told result by result: each wrong result is held against that of every mutant.

    None where the step has one result, where no wrong result is a mutant's, or where two mutants give the same one.
    """
    names = step.returns
    if len(names) == 1 or any(one.got is None or one.reason not in (None, "values") for one in mine):
        return None
    right, wrong, causes = [], [], {}
    for k, name in enumerate(names):
        if all(_equal(one.got[k], one.expected[k], exercise.tolerance[one.case.dtype()]) for one in mine):
            right.append(name)
            continue
        near = [mutant for mutant in exercise.mutants if _same_result(exercise, mine, mutants.outcomes(mutant, step), k)]
        if len(near) == 1:
            causes.setdefault(near[0].misconception, []).append(name)
        else:
            wrong.append(name)
    if not causes or (len(causes) == 1 and not wrong):
        return None
    said = ["No single mistake that is known gives all of these numbers: there are two or more."]
    said += [f"{_are(results)} exactly what comes out of this one: {cause}." for cause, results in causes.items()]
    said += [f"That does not explain {patterns.listed(wrong)}: look there for another."] if wrong else []
    said += [f"{_are(right)} right in every case."] if right else []
    return "several", " ".join(said)


def _are(names: list[str]) -> str:
    return f"{patterns.listed(names)} {'is' if len(names) == 1 else 'are'}"


def _same_result(exercise: Exercise, mine: list[Outcome], other: list[Outcome], k: int) -> bool:
    """Is result `k` the same in every case?"""
    if len(mine) != len(other):
        return False
    return all(
        two.got is not None
        and len(two.got) > k
        and one.got[k].shape == two.got[k].shape
        and _equal(one.got[k], two.got[k], exercise.tolerance[one.case.dtype()])
        for one, two in zip(mine, other, strict=True)
    )


def same_step(exercise: Exercise, mine: list[Outcome], other: list[Outcome], *, wrong: bool = True) -> bool:
    """Equal answers on every case; with `wrong`, at least one of them must be a wrong value."""
    if len(mine) != len(other) or not all(_same(exercise, one, two) for one, two in zip(mine, other, strict=True)):
        return False
    return not wrong or any(one.status == FAIL and one.got is not None for one in mine)


def _same(exercise: Exercise, one: Outcome, two: Outcome) -> bool:
    if one.reason != two.reason:
        return False
    if one.got is None or two.got is None:
        return one.got is two.got and one.detail.partition(":")[0] == two.detail.partition(":")[0]
    tolerance = exercise.tolerance[one.case.dtype()]
    if len(one.got) != len(two.got) or any(a.shape != b.shape for a, b in zip(one.got, two.got, strict=True)):
        return False
    if one.reason == "dtype" and [a.dtype for a in one.got] != [b.dtype for b in two.got]:
        return False
    if not all(_equal(a, b, tolerance) for a, b in zip(one.got, two.got, strict=True)):
        return False
    return one.reason != "inputs" or one.detail == two.detail


def _equal(a, b, tolerance: float) -> bool:
    """Within the tolerance; NaN equals NaN and an infinity itself."""
    import numpy as np

    both = np.isnan(a) & np.isnan(b)
    return bool(np.all((errors(a, np.where(np.isfinite(b), b, 0)) <= tolerance) & np.isfinite(b) | both | (a == b)))
