"""Say *why* an answer is wrong: which misconception gives exactly these numbers, which several do result by result, or which
pattern they show.

A guess is made only from evidence over all cases of a step, and at most one is made. Where there is none, a remark says what
holds of the case that is shown; it names neither mutant nor pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kdl.grade import gradients, patterns
from kdl.grade.child import Failed
from kdl.grade.compare import are, errors, listed
from kdl.grade.exercise import Exercise, Mutant
from kdl.grade.judge import FAIL, PASS, Outcome, Reference, tried
from kdl.grade.step import GRADIENT, Step
from kdl.grade.trusted import Local, local

SEVERAL = "several"
PATTERNS = (*patterns.NAMES, SEVERAL, gradients.OWN, gradients.NOT_ITS)


@dataclass(frozen=True)
class Diagnosis:
    """`mutant` or `pattern` names the cause; `message` tells the learner. A remark has neither."""

    mutant: str | None
    pattern: str | None
    message: str

    def as_json(self) -> dict:
        return {"mutant": self.mutant, "pattern": self.pattern, "message": self.message}


class Mutants:
    """The outcomes of every mutant on the cases of one check, each made when it is first asked for."""

    def __init__(self, reference: Reference):
        self.reference = reference
        self._known: dict[tuple[str, str, int], Outcome] = {}
        self._loaded: dict[str, Local | None] = {}

    def code(self, mutant: Mutant) -> Local | None:
        """The mutant, loaded; None if it cannot be."""
        if mutant.name not in self._loaded:
            try:
                self._loaded[mutant.name] = local(self.reference.exercise, mutant.path)
            except Failed:
                self._loaded[mutant.name] = None
        return self._loaded[mutant.name]

    def outcomes(self, mutant: Mutant, step: Step) -> Iterator[Outcome]:
        """One by one, so that who stops at the first difference has not paid for the rest; none if it cannot be loaded."""
        for number in range(len(self.reference.cases[step.id]) if self.code(mutant) else 0):
            yield self.outcome(mutant, step, number)

    def outcome(self, mutant: Mutant, step: Step, number: int) -> Outcome:
        """That of one case; the mutant must be one that can be loaded."""
        key = (mutant.name, step.id, number)
        if key not in self._known:
            self._known[key] = tried(self.reference, step, number, self.code(mutant).ask)
        return self._known[key]


def run_local(reference: Reference, step: Step, code: Local) -> list[Outcome]:
    """The outcomes of trusted code on every case of one step."""
    return [tried(reference, step, number, code.ask) for number in range(len(reference.cases[step.id]))]


def diagnose(
    exercise: Exercise, outcomes: dict[str, list[Outcome]], mutants: Mutants, ask: Callable[[dict], dict]
) -> dict[str, Diagnosis | None]:
    """One diagnosis, or None, for every step.

    Args:
        outcomes: step id -> the learner's outcomes; an empty list for a step that did not run.
        ask: the learner's session, for what is only worth asking once an answer is wrong.
    """
    return {step.id: _diagnosed(exercise, step, outcomes, mutants, ask) for step in exercise.steps}


def _diagnosed(exercise: Exercise, step: Step, outcomes: dict, mutants: Mutants, ask: Callable) -> Diagnosis | None:
    mine = outcomes[step.id]
    if not mine or all(one.status == PASS for one in mine):
        return None
    if mutant := _match(exercise, step, outcomes, mutants):
        return Diagnosis(mutant.name, None, mutant.message)
    whose = gradients.whose(step, mine, ask) if step.kind == GRADIENT else None
    if whose and whose[0] == gradients.OWN:
        return Diagnosis(None, *whose)
    found = patterns.find(mine)
    if found is None or found[0] == patterns.PARTLY:
        found = _several(exercise, step, mine, mutants) or whose or found
    if found is None:
        return _remark(exercise, step, mine, mutants)
    return Diagnosis(None, *found)


def _remark(exercise: Exercise, step: Step, mine: list[Outcome], mutants: Mutants) -> Diagnosis | None:
    """What holds of the smallest failing case alone; None where it got no answer, which is told by itself."""
    wrong = [number for number, one in enumerate(mine) if one.status != PASS]
    shown = smallest(mine)
    if shown.got is None or shown.reason != "values":
        return None

    def alike(mutant: Mutant, number: int) -> bool:
        return _same(exercise, mine[number], mutants.outcome(mutant, step, number))

    first = next(number for number in wrong if mine[number] is shown)
    there = [one for one in exercise.mutants if step.id in one.must_fail and mutants.code(one)]
    near = [mutant for mutant in there if alike(mutant, first)]
    same = [number for number in wrong if alike(near[0], number)] if len(near) == 1 else []
    unknown = "No known single mistake gives these numbers."
    if same == wrong:
        where = "In this case" if len(wrong) == 1 else "In every case that fails"
        return Diagnosis(None, None, f"{where} your numbers are those of: {near[0].misconception}; the other cases are right.")
    if len({mine[number].case.size() for number in same}) > 1:
        where = f"In {len(same)} of the {len(wrong)} cases that fail, this one among them,"
        said = f"{where} your numbers are those of: {near[0].misconception}; in the others they are not."
        return Diagnosis(None, None, said)
    if same:  # a small case may agree by chance: with one unit, a matrix is its own transpose
        unknown += f" Of the cases that fail, only those of this size agree with: {near[0].misconception}."
    return Diagnosis(None, None, " ".join([unknown, *_left_out(mine)]))


def smallest(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The failing case with the smallest inputs, of those that were tried; one that was not only where none was."""
    wrong = [one for one in outcomes if one.status != PASS]
    return min(wrong, key=lambda one: (one.skipped, one.case.size()), default=None)


def _left_out(mine: list[Outcome]) -> list[str]:
    """Do the cases fail in which an argument that may be None, as a mask, is None?"""
    said = []
    for name in mine[0].step.signature:
        without = [one for one in mine if one.case.inputs.get(name) is None]
        if without and len(without) < len(mine):
            right = all(one.status == PASS for one in without)
            said.append(f"The cases with {name}=None {f'are right: look at what {name} does' if right else 'fail as well'}.")
    return said


def _match(exercise: Exercise, step: Step, outcomes: dict[str, list[Outcome]], mutants: Mutants) -> Mutant | None:
    """The one mutant with the learner's answers on every case of this step; ties are broken by the other steps."""
    wrong = [mutant for mutant in exercise.mutants if step.id in mutant.must_fail]
    near = [mutant for mutant in wrong if same_step(exercise, outcomes[step.id], mutants.outcomes(mutant, step))]
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
    """Told result by result, for several mistakes or for one in some results: each is held against that of every mutant.

    A result that two mutants give is told as that of the one which another result gives away. None where the step has one
    result, or where no wrong result is that of one mutant alone.
    """
    names = mine[0].names
    if len(names) == 1 or any(one.got is None or one.reason not in (None, "values") or one.names != names for one in mine):
        return None
    there = [mutant for mutant in exercise.mutants if step.id in mutant.must_fail]
    right, near = [], {}
    for k, name in enumerate(names):
        if all(_equal(one.got[k], one.expected[k], exercise.tolerance[one.case.dtype()]) for one in mine):
            right.append(name)
        else:
            same = [mutant for mutant in there if _same_result(exercise, mine, mutants.outcomes(mutant, step), k)]
            near[name] = [mutant.misconception for mutant in same]
    sure = {found[0] for found in near.values() if len(found) == 1}
    wrong, causes = [], {}
    for name, found in near.items():
        told = [cause for cause in found if cause in sure]
        if len(told) == 1:
            causes.setdefault(told[0], []).append(name)
        else:
            wrong.append(name)
    if not causes or (len(causes) == 1 and not wrong and not right):
        return None
    single = len(causes) == 1 and not wrong  # all that is wrong comes of one mistake, made in these results alone
    said = [] if single else ["No single mistake that is known gives all of these numbers."]
    said += [f"{are(results)} exactly what comes out of this one: {cause}." for cause, results in causes.items()]
    said += [f"That does not explain {listed(wrong)}: look there next."] if wrong else []
    said += [f"{are(right)} right in every case."] if right else []
    return patterns.PARTLY if single else SEVERAL, " ".join(said)


def _same_result(exercise: Exercise, mine: list[Outcome], other: Iterable[Outcome], k: int) -> bool:
    """Is result `k` the same in every case?"""

    def equal(one: Outcome, two: Outcome) -> bool:
        return (
            two.got is not None
            and len(two.got) > k
            and one.got[k].shape == two.got[k].shape
            and _equal(one.got[k], two.got[k], exercise.tolerance[one.case.dtype()])
        )

    return _throughout(mine, other, equal)


def same_step(exercise: Exercise, mine: list[Outcome], other: Iterable[Outcome], *, wrong: bool = True) -> bool:
    """Equal answers on every case; with `wrong`, at least one of them must be a wrong value."""
    if wrong and not any(one.status == FAIL and one.got is not None for one in mine):
        return False
    return _throughout(mine, other, lambda one, two: _same(exercise, one, two))


def _throughout(mine: list[Outcome], other: Iterable[Outcome], equal: Callable[[Outcome, Outcome], bool]) -> bool:
    """Is `equal` true of every pair? The first that is not ends the search."""
    count = 0
    for one, two in zip(mine, other, strict=False):
        if not equal(one, two):
            return False
        count += 1
    return count == len(mine)


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

    if a.dtype.kind not in "fiu" or b.dtype.kind not in "fiu":
        return bool(np.array_equal(a, b))
    both = np.isnan(a) & np.isnan(b)
    return bool(np.all((errors(a, np.where(np.isfinite(b), b, 0)) <= tolerance) & np.isfinite(b) | both | (a == b)))
