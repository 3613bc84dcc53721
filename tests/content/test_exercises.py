"""What every exercise must do; each test runs once for each exercise, so a new one is covered as soon as it is there.

Trusted code runs in this process, through the same judge and the same frames as a learner's child.
"""

import os

import numpy as np
import pytest

from kdl.dev import exercises as authors
from kdl.dev import measure
from kdl.dev.measure import passed
from kdl.grade import calls, check, diagnosis, exercise, frames, gradients, inspect
from kdl.grade.case import parts
from kdl.grade.compare import errors
from kdl.grade.judge import Reference, judged
from kdl.grade.session import named_weights, plain
from kdl.grade.step import GRADIENT
from kdl.grade.trusted import local

EXERCISES = [pytest.param(one, id=one.id) for one in exercise.exercises()]
SEEDS = {"numpy": 200, "keras": 20}
# Every mutant of a Keras exercise on one seed takes seconds: all 20 seeds in `make slow`.
MUTANT_SEEDS = {"numpy": range(20), "keras": range(20 if os.environ.get("KDL_TESTS") == "all" else 3)}

pytestmark = [pytest.mark.contract, pytest.mark.content]
each = pytest.mark.parametrize("one", EXERCISES)


def outcomes(one, reference, code) -> dict:
    return {step.id: diagnosis.run_local(reference, step, code) for step in one.steps}


@pytest.mark.invariant("exercise", 3, 12, 13)
@each
def test_there_is_an_exercise_and_it_is_whole(one):
    """Files, hints, mutants, alternatives, links, and the statement's example with every solution."""
    assert exercise.problems() == []
    known = {other.id: other for other in exercise.exercises()}
    assert [fault.what for fault in authors.check_one(one, known)] == []


@pytest.mark.invariant("exercise", 1)
@each
def test_the_stub_loads_and_fails_every_step(one):
    found = outcomes(one, Reference(one, 0), local(one, one.path / "stub.py"))
    assert [step for step, many in found.items() if passed(many)] == []
    verdict = check.run(one, one.path / "stub.py", 0)
    assert (verdict.status, verdict.reason, verdict.score) == ("fail", "stub", 0)


@pytest.mark.invariant("exercise", 1)
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


@pytest.mark.invariant("exercise", 2, 7)
@each
@pytest.mark.slow
def test_every_solution_passes_every_seed_with_room_to_spare(one, tell):
    """The worst error of right code is at most a fifth of what is allowed, in every float type that is listed."""
    found = measure.solutions(one, range(SEEDS[one.runtime]))
    tell(f"{one.id}: worst right error, in tolerances: " + ", ".join(f"{k} {v:.2g}" for k, v in found.worst.items()))
    assert found.wrong == []
    assert set(found.worst) == set(one.tolerance)
    assert max(found.worst.values()) <= measure.RIGHT_AT_MOST


@pytest.mark.invariant("exercise", 3, 4, 6, 7)
@each
@pytest.mark.slow
def test_every_mutant_fails_as_itself_and_far_outside_the_tolerance(one, tell):
    """It fails the steps it must and passes the others, is named as itself in each that it fails, and is wrong by a margin."""
    found = measure.mutants(one, MUTANT_SEEDS[one.runtime])
    tell(f"{one.id}: {measure.summary(None, found)}")
    assert found.wrong == []
    assert min(found.nearest.values()) >= measure.WRONG_AT_LEAST


@pytest.mark.invariant("exercise", 3, 4)
@each
def test_a_mutant_is_caught_in_the_learners_process_too(one):
    mutant = one.mutants[0]
    verdict = check.run(one, mutant.path, 0)
    assert {step.id for step in one.steps if verdict.step_status(step) != "pass"} == set(mutant.must_fail)
    assert verdict.diagnoses[mutant.must_fail[0]].mutant == mutant.name


@pytest.mark.invariant("exercise", 4)
@each
@pytest.mark.slow
def test_solutions_look_like_no_mutant(one):
    reference = Reference(one, 0)
    mutants = diagnosis.Mutants(reference)
    for path in one.solutions:
        code = local(one, path)
        found = outcomes(one, reference, code)
        assert set(diagnosis.diagnose(one, found, mutants, code.ask).values()) == {None}
        for mutant in one.mutants:
            for step in (one.step(name) for name in mutant.must_fail):
                there = mutants.outcomes(mutant, step)
                assert not diagnosis.same_step(one, found[step.id], there, wrong=False), (path.name, mutant.name)


def _spoil(change):
    """Apply `change` to every array of a value, to any depth, and to numbers and texts as arrays."""

    def spoil(value, inputs):
        if isinstance(value, list | tuple) and not all(isinstance(one, int | float | str) for one in value):
            return type(value)(spoil(one, inputs) for one in value)
        if isinstance(value, dict):
            return {key: spoil(one, inputs) for key, one in value.items()}
        array = np.array(value)
        try:
            return change(array)
        except (TypeError, np.exceptions.DTypePromotionError, ValueError, IndexError):
            return value  # a text cannot be doubled, a single number not reversed

    return spoil


GENERIC = {
    "zeros": _spoil(np.zeros_like),
    "ones": _spoil(np.ones_like),
    "input returned": lambda value, inputs: type(value)([inputs[0]] * len(value)) if isinstance(value, tuple) else inputs[0],
    "transposed": _spoil(lambda a: a.swapaxes(-1, -2) if a.ndim > 1 else a),
    "negated": _spoil(np.negative),
    "twice": _spoil(lambda a: 2 * a),
    "NaN": _spoil(lambda a: a * np.nan if a.dtype.kind == "f" else a),
    "float16": _spoil(lambda a: a.clip(-6e4, 6e4).astype(np.float16)),
    "list": _spoil(lambda a: a.tolist()),
    "text": _spoil(str),
    "None": lambda value, inputs: None,
    "extra axis": _spoil(lambda a: a[None]),
    "one result too many": lambda value, inputs: (*value, value[0]) if isinstance(value, tuple) else (value, value),
    "reversed": _spoil(lambda a: a[..., ::-1]),
}


@pytest.mark.invariant("exercise", 5)
@each
def test_generic_wrong_answers_fail_every_step(one, tell):
    """The right answers, spoiled in one way each. What leaves every value of a step as it is is left out, and listed."""
    reference, code, left = Reference(one, 1), local(one, one.solutions[0]), []
    for step in one.steps:
        pairs = list(zip(reference.cases[step.id], reference.expected[step.id], strict=True))
        answers = [calls.asked(step, case, code.ask) for case, _ in pairs]

        def verdicts(spoiled, step=step, pairs=pairs):
            return [judged(one, step, case, right, answer) for (case, right), answer in zip(pairs, spoiled, strict=True)]

        assert passed(verdicts(answers)), step.id
        for name, spoil in GENERIC.items():
            spoiled = [{**answer, "value": spoil(answer["value"], answer["inputs"])} for answer in answers]
            now = verdicts(spoiled)
            if passed(now) and all(same_parts(old, new) for old, new in zip(verdicts(answers), now, strict=True)):
                left.append(f"{step.id}: {name}")
                continue
            assert not passed(now), (step.id, name)
        if len({repr(right.arrays) for _, right in pairs}) > 1:
            first = [{**answer, "value": answers[0]["value"]} for answer in answers]
            assert not passed(verdicts(first)), step.id
    tell(f"{one.id}: left out: {', '.join(left) or 'none'}")


def same_parts(old, new) -> bool:
    """The spoiled answer has the same arrays, in value and kind: nothing was spoiled."""
    return all(a.dtype.kind == b.dtype.kind and np.array_equal(a, b) for a, b in zip(old.got, new.got, strict=True))


@pytest.mark.invariant("exercise", 5)
@each
def test_in_place_work_on_any_input_is_noticed(one):
    reference, code = Reference(one, 1), local(one, one.solutions[0])
    for step in one.steps:
        case, right = reference.cases[step.id][-1], reference.expected[step.id][-1]
        for number, name in enumerate(case.inputs):
            answer = calls.asked(step, case, code.ask)
            answer["inputs"][number] = other(answer["inputs"][number])
            outcome = judged(one, step, case, right, answer)
            assert (outcome.reason, outcome.detail) == ("inputs", f"the call changed {name}")


def other(value):
    """Something that is not `value`, of the same kind where there is one."""
    if isinstance(value, np.ndarray) and value.size:
        return ~value if value.dtype == bool else value + 1
    return [value, value]


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
            exec(calls.code(step, case), names)
            if case.train:
                found = named_weights(names["layer"], list(case.weights))
                got = [found[name].numpy() for name in case.weights]
            else:
                got = frames.decode(frames.encode([plain(names[name]) for name in step.returns]))
            for value, expected in zip(right.matched(got), right.arrays, strict=True):
                assert errors(value, expected).max(initial=0) <= one.tolerance[case.dtype()]


@pytest.mark.invariant("exercise", 2)
@each
@pytest.mark.slow
def test_the_references_gradients_are_central_differences_of_its_forward_pass(one, tell):
    """Number by number; a check proves them along random directions only."""
    worst, code = 0.0, local(one, one.solutions[0])
    steps = [step for step in one.steps if step.kind == GRADIENT]
    for seed in MUTANT_SEEDS[one.runtime] if steps else ():
        reference = Reference(one, seed)
        for step in steps:
            for case, right in zip(reference.cases[step.id], reference.expected[step.id], strict=True):
                worst = max(worst, gradients.error(gradients.differences(step, case.widened(), code.ask), right.arrays))
    if steps:
        tell(f"{one.id}: gradients against central differences: {worst:.1g} of the largest")
    assert worst <= gradients.CENTRAL


@pytest.mark.invariant("exercise", 9)
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
        arrays = [[np.shape(value) for value in parts([case.inputs, case.weights])] for case in cases]
        assert any(all(uneven(shape, k, arrays) for k, shape in enumerate(shapes)) for shapes in arrays), step.id
        floats = {
            value.dtype.name for case in cases for value in parts(case.inputs) if getattr(value, "dtype", None) is not None
        }
        floats = {name for name in floats if name.startswith("float")} or {"float64"}
        assert floats == set(one.tolerance), step.id


def uneven(shape, k, arrays) -> bool:
    """No side of 1, and no two equal ones but those that are equal by nature: in every case where the array has them."""
    there = [shapes[k] for shapes in arrays if len(shapes) > k and len(shapes[k]) == len(shape)]
    pairs = [(i, j) for i in range(len(shape)) for j in range(i) if shape[i] == shape[j]]
    return 1 not in shape and all(all(other[i] == other[j] for other in there) for i, j in pairs)


@pytest.mark.invariant("exercise", 10)
@each
def test_a_check_leaves_the_judge_as_it_was(one):
    """Random states, folder, environment, open files, and the settings of Keras where it runs."""
    import random
    import sys

    def state() -> dict:
        keras = sys.modules.get("keras")
        settings = keras and (keras.config.floatx(), keras.config.dtype_policy().name, len(keras.saving.get_custom_objects()))
        numbers = [str(part) for part in np.random.get_state()]
        files = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
        return {
            "python": random.getstate(),
            "numpy": numbers,
            "errors": np.geterr(),
            "folder": os.getcwd(),
            "environment": dict(os.environ),
            "files": files,
            "keras": settings,
        }

    check.run(one, one.solutions[0], 0)  # what is imported once stays
    before = state()
    check.run(one, one.mutants[0].path, 0)
    assert state() == before


MEMORY_MB = {"numpy": 100, "keras": 1200}


@pytest.mark.invariant("exercise", 8)
@each
@pytest.mark.slow
@pytest.mark.skipif("sys.platform != 'linux'", reason="counts in /proc")
def test_the_judge_needs_little_memory(one, tell):
    """Its high-water mark over two checks, one of a wrong file, in a process of its own."""
    import subprocess
    import sys

    program = (
        "import sys; from pathlib import Path; from kdl.grade import check, exercise\n"
        "one = exercise.find(sys.argv[1])\n"
        "assert check.run(one, one.solutions[0], 0).status == 'pass'\n"
        "assert check.run(one, one.mutants[0].path, 0).status == 'fail'\n"
        "print(next(x.split()[1] for x in open('/proc/self/status') if x.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", program, one.id], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    used = int(done.stdout.split()[-1]) / 1024
    tell(f"{one.id}: the judge's memory: {used:.0f} MiB")
    assert used < MEMORY_MB[one.runtime]
