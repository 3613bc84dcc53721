"""How well an exercise tells right from wrong, in numbers: for the tests, and for the author.

Trusted code runs in this process, through the same judge and the same frames as a learner's child.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from kdl.grade import diagnosis, trusted
from kdl.grade.compare import errors
from kdl.grade.exercise import Exercise, Mutant
from kdl.grade.judge import PASS, Outcome, Reference

RIGHT_AT_MOST, WRONG_AT_LEAST = 0.2, 10.0  # tolerances
FAR = 1e12  # a wrong text, an infinity: further than this is not measured


@dataclass
class Solutions:
    """The right solutions over some seeds.

    `worst`: float type -> the largest error, in tolerances. `wrong`: what did not pass.
    """

    worst: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Mutants:
    """The wrong solutions over some seeds.

    Args:
        nearest: mutant -> its smallest error, in tolerances, over all steps that it fails by its numbers.
        wrong: (mutant, complaint) of steps that were failed, passed or named against what mutants.toml says.
        idle: (step, case) in which every mutant passes.
        alike: (step, one mutant, another) with the same answers there; if no other step tells them apart, that is a `wrong`.
    """

    nearest: dict[str, float] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    idle: set[tuple[str, str]] = field(default_factory=set)
    alike: set[tuple[str, str, str]] = field(default_factory=set)


def passed(outcomes: Iterable[Outcome]) -> bool:
    """Is there an outcome, and is every one a pass?"""
    return {outcome.status for outcome in outcomes} == {PASS}


def distance(exercise: Exercise, outcome: Outcome) -> float:
    """The largest error of an answer of the right form, in tolerances."""
    far = max(errors(got, right).max(initial=0.0) for got, right in zip(outcome.got, outcome.expected, strict=True))
    return min(float(far) / exercise.tolerance[outcome.case.dtype()], FAR)


def solutions(one: Exercise, seeds: Iterable[int]) -> Solutions:
    """Run every right solution."""
    found = Solutions()
    codes = {path.name: trusted.local(one, path) for path in one.solutions}
    for seed in seeds:
        reference = Reference(one, seed)
        for name, code in codes.items():
            for step in one.steps:
                for outcome in diagnosis.run_local(reference, step, code):
                    if outcome.status != PASS:
                        said = f"{outcome.reason} {outcome.detail or outcome.worst or ''}"
                        found.wrong.append(f"seed {seed}: {name}, {step.id}, {outcome.case.name!r}: {said}")
                        continue
                    dtype = outcome.case.dtype()
                    found.worst[dtype] = max(found.worst.get(dtype, 0.0), distance(one, outcome))
    return found


def mutants(one: Exercise, seeds: Iterable[int]) -> Mutants:
    """Run every mutant, and name each from its answers."""
    found, caught, cases = Mutants(), set(), set()
    for seed in seeds:
        reference = Reference(one, seed)
        known = diagnosis.Mutants(reference)
        for mutant in one.mutants:
            outcomes = {step.id: list(known.outcomes(mutant, step)) for step in one.steps}
            found.wrong += [
                (mutant.name, f"seed {seed}: {mutant.name} {wrong}") for wrong in _wrong(one, mutant, outcomes, known)
            ]
            _measure(one, mutant, outcomes, found)
            caught |= {(step, each.case.name) for step, many in outcomes.items() for each in many if each.status != PASS}
        cases |= {(step, case.name) for step, many in reference.cases.items() for case in many}
        found.alike |= set(_alike(one, known))
    found.idle = cases - caught
    return found


def _wrong(one: Exercise, mutant: Mutant, outcomes: dict, known: diagnosis.Mutants) -> Iterable[str]:
    for step, many in outcomes.items():
        if passed(many) != (step in mutant.must_pass):
            yield f"{'passes' if passed(many) else 'fails'} the step {step}, and mutants.toml says otherwise"
    told = diagnosis.diagnose(one, outcomes, known, known.code(mutant).ask)
    for step in mutant.must_fail:
        name = told[step] and (told[step].mutant or told[step].pattern)
        if name != mutant.name:
            yield f"is not named in the step {step}, but {name or 'nothing'}"


def _measure(one: Exercise, mutant: Mutant, outcomes: dict, found: Mutants) -> None:
    for step in mutant.must_fail:
        far = [distance(one, outcome) for outcome in outcomes[step] if outcome.reason == "values"]
        if far:
            found.nearest[mutant.name] = min(found.nearest.get(mutant.name, FAR), max(far))


def _alike(one: Exercise, known: diagnosis.Mutants) -> Iterable[tuple[str, str, str]]:
    for step in one.steps:
        there = [mutant for mutant in one.mutants if step.id in mutant.must_fail]
        for first, second in combinations(there, 2):
            if diagnosis.same_step(one, list(known.outcomes(first, step)), known.outcomes(second, step)):
                yield step.id, first.name, second.name


def summary(right: Solutions | None, wrong: Mutants) -> str:
    """The numbers in one line; c is the tolerance."""
    parts = []
    if right:
        parts.append(f"worst right error {', '.join(f'{value:.2g} c ({name})' for name, value in sorted(right.worst.items()))}")
    if wrong.nearest:
        name = min(wrong.nearest, key=wrong.nearest.get)
        parts.append(f"smallest mutant error {wrong.nearest[name]:.3g} c ({name})")
    idle = ", ".join(f"{step} {case!r}" for step, case in sorted(wrong.idle))
    parts.append(f"cases that catch nothing: {idle or 'none'}")
    alike = ", ".join(f"{first} = {second} in {step}" for step, first, second in sorted(wrong.alike))
    parts.append(f"alike in a step, told apart by another: {alike or 'none'}")
    return "; ".join(parts)
