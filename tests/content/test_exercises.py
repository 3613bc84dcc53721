"""What every exercise must do; each test runs once for each exercise, so a new one is covered as soon as it is there.

Trusted code runs in this process, through the same judge and the same frames as a learner's child.
"""

import numpy as np
import pytest

from kdl.dev import exercises as authors
from kdl.grade import check, diagnosis, exercise, inspect
from kdl.grade.compare import errors
from kdl.grade.judge import Local, Reference, judged

EXERCISES = [pytest.param(one, id=one.id) for one in exercise.exercises()]
SEEDS = {"numpy": 200, "keras": 20}
MUTANT_SEEDS = range(20)

pytestmark = [pytest.mark.contract, pytest.mark.content]
each = pytest.mark.parametrize("one", EXERCISES)


def outcomes(one, reference, code) -> dict:
    return {step.id: diagnosis.run_local(reference, step, code) for step in one.steps}


def passed(found) -> bool:
    return all(outcome.status == "pass" for outcome in found)


def code_of(path) -> Local:
    return Local(path.read_text(encoding="utf-8"))


@each
def test_there_is_an_exercise_and_it_is_whole(one):
    """Files, hints, mutants, alternatives, links, and the statement's example with every solution."""
    assert exercise.problems() == []
    known = {other.id: other for other in exercise.exercises()}
    assert [fault.what for fault in authors.check_one(one, known)] == []


@each
def test_the_stub_loads_and_fails_every_step(one):
    found = outcomes(one, Reference(one, 0), code_of(one.path / "stub.py"))
    assert [step for step, many in found.items() if passed(many)] == []
    verdict = check.run(one, one.path / "stub.py", 0)
    assert (verdict.status, verdict.reason, verdict.score) == ("fail", "stub", 0)


@each
def test_a_file_without_the_functions_gets_no_points(one, tmp_path):
    path = tmp_path / "submission.py"
    for code in ("", "import numpy as np\n"):
        path.write_text(code)
        assert check.check(one, path, 0)["score"] == 0


@each
def test_every_solution_passes_the_file_rules(one):
    for path in one.solutions:
        source, problem = inspect.read(path)
        assert problem is None and inspect.problems(one, source) == [], path.name


@each
def test_a_solution_passes_in_the_learners_process(one):
    verdict = check.run(one, one.solutions[-1], 0)
    assert verdict.status == "pass", verdict.result


@each
@pytest.mark.slow
def test_every_solution_passes_every_seed_with_room_to_spare(one, tell):
    """The worst error of right code is at most a fifth of what is allowed."""
    worst = {}
    codes = {path.name: code_of(path) for path in one.solutions}
    for seed in range(SEEDS[one.runtime]):
        reference = Reference(one, seed)
        for name, code in codes.items():
            for step, found in outcomes(one, reference, code).items():
                assert passed(found), (
                    seed,
                    name,
                    step,
                    [outcome.as_json() for outcome in found if outcome.status != "pass"][:1],
                )
                for outcome in found:
                    error = max(
                        errors(got, right).max(initial=0) for got, right in zip(outcome.got, outcome.expected, strict=True)
                    )
                    dtype = outcome.case.dtype()
                    worst[dtype] = max(worst.get(dtype, 0), error / one.tolerance[dtype])
    tell(f"{one.id}: worst right error, in tolerances: " + ", ".join(f"{name} {value:.2g}" for name, value in worst.items()))
    assert set(worst) == set(one.tolerance)
    assert max(worst.values()) <= 0.2


@each
@pytest.mark.slow
def test_every_mutant_fails_as_itself_and_as_no_other(one):
    """It fails the steps it must, passes those it must, and is diagnosed as itself on every step that it fails."""
    for seed in MUTANT_SEEDS:
        reference = Reference(one, seed)
        mutants = diagnosis.Mutants(reference)
        for mutant in one.mutants:
            found = outcomes(one, reference, code_of(mutant.path))
            for step in mutant.must_fail:
                assert not passed(found[step]), (seed, mutant.name, step)
            for step in mutant.must_pass:
                assert passed(found[step]), (seed, mutant.name, step, [outcome.detail for outcome in found[step]])
            told = diagnosis.diagnose(one, found, mutants)
            named = {step: told[step] and told[step].mutant for step in mutant.must_fail}
            assert named == dict.fromkeys(mutant.must_fail, mutant.name), (seed, named)


@each
@pytest.mark.slow
def test_every_mutant_is_far_outside_the_tolerance(one, tell):
    """In each step that a mutant fails by its numbers, some number is off by ten tolerances or more."""
    least = {}
    for seed in MUTANT_SEEDS:
        reference = Reference(one, seed)
        for mutant in one.mutants:
            found = outcomes(one, reference, code_of(mutant.path))
            for step in mutant.must_fail:
                far = [
                    min(max(errors(g, r).max(initial=0) for g, r in zip(o.got, o.expected, strict=True)), 1e6)
                    / one.tolerance[o.case.dtype()]
                    for o in found[step]
                    if o.reason == "values"
                ]
                if far:
                    least[mutant.name] = min(least.get(mutant.name, np.inf), max(far))
    name = min(least, key=least.get)
    tell(f"{one.id}: smallest mutant error, in tolerances: {least[name]:.3g} ({name})")
    assert least[name] >= 10


@each
def test_a_mutant_is_caught_in_the_learners_process_too(one):
    mutant = one.mutants[0]
    verdict = check.run(one, mutant.path, 0)
    assert {step.id for step in one.steps if verdict.step_status(step) != "pass"} == set(mutant.must_fail)
    assert verdict.diagnoses[mutant.must_fail[0]].mutant == mutant.name


@each
@pytest.mark.slow
def test_solutions_look_like_no_mutant(one):
    reference = Reference(one, 0)
    mutants = diagnosis.Mutants(reference)
    for path in one.solutions:
        found = outcomes(one, reference, code_of(path))
        assert set(diagnosis.diagnose(one, found, mutants).values()) == {None}
        for mutant in one.mutants:
            for step in mutant.must_fail:
                here = next(s for s in one.steps if s.id == step)
                assert not diagnosis.same_step(one, found[step], mutants.outcomes(mutant, here), wrong=False), (
                    path.name,
                    mutant.name,
                )


def _each_result(change):
    return lambda value, inputs: type(value)(change(one) for one in value) if isinstance(value, list | tuple) else change(value)


GENERIC = {
    "zeros": _each_result(np.zeros_like),
    "ones": _each_result(np.ones_like),
    "input returned": lambda value, inputs: (
        type(value)([inputs[0]] * len(value)) if isinstance(value, list | tuple) else inputs[0]
    ),
    "transposed": _each_result(lambda a: a.swapaxes(-1, -2) if a.ndim > 1 else a),
    "negated": _each_result(np.negative),
    "twice": _each_result(lambda a: 2 * a),
    "NaN": _each_result(lambda a: a * np.nan),
    "float16": _each_result(lambda a: a.astype(np.float16)),
    "list": _each_result(lambda a: a.tolist()),
    "text": _each_result(str),
    "None": lambda value, inputs: None,
    "extra axis": _each_result(lambda a: a[None]),
    "one result too many": lambda value, inputs: (*value, value[0]) if isinstance(value, tuple) else (value, value),
    "reversed": _each_result(lambda a: a[..., ::-1]),
}


@each
def test_generic_wrong_answers_fail_every_step(one, tell):
    """The right answers, spoiled in one way each. What leaves every value of a step as it is is left out, and listed."""
    reference, code, left = Reference(one, 1), code_of(one.solutions[0]), []
    for step in one.steps:
        pairs = list(zip(reference.cases[step.id], reference.expected[step.id], strict=True))
        answers = [code.ask({"op": "call", "function": step.function, "args": case.request()}) for case, _ in pairs]
        for name, spoil in GENERIC.items():
            spoiled = [{**answer, "value": spoil(answer["value"], answer["inputs"])} for answer in answers]
            if all(same(old["value"], new["value"]) for old, new in zip(answers, spoiled, strict=True)):
                left.append(f"{step.id}: {name}")
                continue
            found = [judged(one, step, case, right, answer) for (case, right), answer in zip(pairs, spoiled, strict=True)]
            assert not passed(found), (step.id, name)
        first = [{**answer, "value": answers[0]["value"]} for answer in answers]
        assert not passed([judged(one, step, case, right, a) for (case, right), a in zip(pairs, first, strict=True)]), step.id
    tell(f"{one.id}: left out: {', '.join(left) or 'none'}")


def same(old, new) -> bool:
    old, new = (value if isinstance(value, list | tuple) else [value] for value in (old, new))
    return len(old) == len(new) and all(
        type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(old, new, strict=True)
    )


@each
def test_in_place_work_on_any_input_is_noticed(one):
    reference, code = Reference(one, 1), code_of(one.solutions[0])
    for step in one.steps:
        case, right = reference.cases[step.id][1], reference.expected[step.id][1]
        for number, name in enumerate(case.inputs):
            answer = code.ask({"op": "call", "function": step.function, "args": case.request()})
            answer["inputs"][number] = answer["inputs"][number] + 1
            outcome = judged(one, step, case, right, answer)
            assert (outcome.reason, outcome.detail) == ("inputs", f"the call changed {name}")


@each
def test_every_printed_call_gives_the_expected_value_with_a_solution(one, monkeypatch):
    """What a learner is told to type is complete."""
    import sys
    import types

    module = types.ModuleType("submission")
    exec((one.path / "solution.py").read_text(), module.__dict__)
    monkeypatch.setitem(sys.modules, "submission", module)
    reference = Reference(one, 2)
    for step in one.steps:
        for case, right in zip(reference.cases[step.id], reference.expected[step.id], strict=True):
            names: dict = {}
            exec(case.code(step.function, step.returns), names)
            for name, value in zip(step.returns, right, strict=True):
                assert errors(names[name], value).max(initial=0) <= one.tolerance[case.dtype()]


@each
def test_the_same_seed_and_file_give_the_same_result(one):
    path = one.mutants[0].path
    assert check.check(one, path, 3) == check.check(one, path, 3)


@each
def test_every_step_has_a_case_without_equal_sides_and_one_of_every_dtype(one):
    """Exchanged axes go unnoticed where two sides of an array are equal, and broadcasting where one is 1."""
    reference = Reference(one, 0)
    for step in one.steps:
        cases = reference.cases[step.id]
        shapes = [[np.shape(value) for value in case.inputs.values()] for case in cases]
        assert any(all(len(set(shape)) == len(shape) and 1 not in shape for shape in many) for many in shapes), step.id
        assert {case.dtype() for case in cases} == set(one.tolerance), step.id


@each
@pytest.mark.slow
def test_cases_that_catch_nothing_alone_are_listed(one, tell):
    """Each listed mutant is caught by some case; a case that no mutant needs is printed, so that an author can think."""
    reference = Reference(one, 0)
    for step in one.steps:
        caught = {}
        for mutant in one.mutants:
            if step.id in mutant.must_fail:
                found = diagnosis.run_local(reference, step, code_of(mutant.path))
                caught[mutant.name] = {o.case.name for o in found if o.status != "pass"}
        assert all(caught.values())
        needed = [case.name for case in reference.cases[step.id] if any(names == {case.name} for names in caught.values())]
        tell(f"{one.id}, {step.id}: {len(needed)} of {len(reference.cases[step.id])} cases alone catch some mutant")
