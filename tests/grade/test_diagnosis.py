"""A wrong answer is told its cause: one mutant, else one pattern, else nothing; the same code always the same."""

import pytest

from kdl.grade import check

TAIL = "\ndef both(x, y):\n    return x + y, x - y\n"
HEAD = "\nimport numpy as np\ndef double(x):\n    return 2 * x\n"


def diagnosis(toy, submit, code, step="double", seed=3):
    verdict = check.run(toy, submit(code), seed, sandbox="process")
    return verdict.diagnoses.get(step)


def double(body):
    return f"import numpy as np\ndef double(x):\n    {body}\n{TAIL}"


def both(body):
    return f"{HEAD}def both(x, y):\n    {body}\n"


def test_numbers_equal_to_a_mutants_are_named_after_it(toy, submit):
    told = diagnosis(toy, submit, double("return x + x + x"))
    assert (told.mutant, told.pattern, told.message) == ("triple", None, "Your numbers are three times x.")


@pytest.mark.invariant("exercise", 4)
def test_a_right_step_is_never_diagnosed(toy, submit):
    told = check.run(toy, submit(double("return x + x + x")), 3, sandbox="process").diagnoses
    assert told["both"] is None


PATTERNS = {
    "sign": (double("return -2 * x"), "double", "wrong sign"),
    "scaled": (double("return 5 * x"), "double", "2.5 times"),
    "shifted": (double("return 2 * x + 0.25"), "double", "+0.25"),
    "reversed": (double("return 2 * x[:, ::-1]"), "double", "reverse order along axis 1"),
    "permuted": (double("return np.roll(2 * x, 1)"), "double", "other places"),
    "transposed": (double("return 2 * x.T"), "double", "last two axes are exchanged"),
    "constant": (double("return np.zeros_like(x)"), "double", "all zeros"),
    "dtype": (double("return (2 * x).astype(np.float16)"), "double", "result is float16"),
    "inputs": (double("x *= 2\n    return x"), "double", "write into the array"),
    "nan": (double("return np.where(x.dtype == np.float32, np.nan, 2.0) * x"), "double", "only the case 'float32'"),
    "swapped": (both("return x - y, x + y"), "both", "you return (gap, total)"),
    "partly": (both("return x + y, x * y"), "both", "total is right in every case; gap is not"),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_in_the_numbers_is_named(toy, submit, name):
    code, step, text = PATTERNS[name]
    told = diagnosis(toy, submit, code, step)
    assert (told.mutant, told.pattern) == (None, name)
    assert text in told.message


def test_whole_numbers_where_floats_are_asked_for_are_not_told_that_digits_are_wrong(toy_folder, submit):
    """Their values are right, and what is wrong is said already: y is int64, expected float64 or wider."""
    from kdl.grade import exercise as library

    grader = toy_folder / "grader.py"
    grader.write_text(grader.read_text().replace("rng.normal(size=shape).round(2)", "rng.integers(1, 9, shape)"))
    assert diagnosis(library.read(toy_folder), submit, double("return (2 * x).astype(int)")) is None
    apart = both("return x + y + 1e-8 * (x.dtype == np.float32), (x - y).astype(int)")  # the total is within the tolerance
    assert diagnosis(library.read(toy_folder), submit, apart, "both") is None


def test_every_pattern_is_explained_to_authors():
    from pathlib import Path

    from kdl.grade.diagnosis import PATTERNS as NAMES

    text = (Path(__file__).resolve().parents[2] / "docs" / "exercises.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in text] == []


UNKNOWN = "No known single mistake gives these numbers."
REMARKS = {
    "no pattern": (double("return np.sin(x)"), UNKNOWN),
    "exceptions only": (double("raise ValueError"), None),
    "the smallest case is a mutant's, the others are not": (
        double("return (3 if x.size == 2 else 5.5) * (x if x.size == 2 else x * x)"),
        f"{UNKNOWN} Of the cases that fail, only those of this size agree with: three times.",
    ),
    "cases of two sizes are a mutant's, another is not": (
        double("return (3 if x.dtype == np.float64 else 7 * x) * x"),
        "In 2 of the 3 cases that fail, this one among them, your numbers are those of: three times; "
        "in the others they are not.",
    ),
    "a mutant's in all that fails": (
        double("return (3 if x.dtype == np.float64 else 2) * x"),
        "In every case that fails your numbers are those of: three times; the other cases are right.",
    ),
    "a mutant's in the only case that fails": (
        double("return (3 if x.size == 2 else 2) * x"),
        "In this case your numbers are those of: three times; the other cases are right.",
    ),
    "a mutant's in a case that is not shown": (double("return (3 if x.size == 6 else 7 * x) * x"), UNKNOWN),
}


@pytest.mark.parametrize("name", REMARKS)
def test_where_nothing_explains_every_case_only_the_case_that_is_shown_is_remarked_on(toy, submit, name):
    code, text = REMARKS[name]
    told = diagnosis(toy, submit, code)
    assert (told and told.message) == text
    assert told is None or (told.mutant, told.pattern) == (None, None), "a remark is no name"


@pytest.mark.parametrize(
    ("right", "text"),
    [(False, "The cases with y=None fail as well."), (True, "The cases with y=None are right: look at what y does.")],
)
def test_an_unknown_mistake_is_told_whether_the_cases_without_a_mask_fail(toy_folder, submit, right, text):
    """In the toy, `both(x, None)` is `both(x, 0)`."""
    from kdl.grade import exercise as library

    grader = toy_folder / "grader.py"
    grader.write_text(grader.read_text() + "    if step == 'both':\n        yield Case('none', {'x': np.ones(4), 'y': None})\n")
    for path in (toy_folder / "solution.py", *(toy_folder / "mutants").glob("*.py")):
        path.write_text(path.read_text().replace("(x, y):\n", "(x, y):\n    y = 0 * x if y is None else y\n"))
    answer = "return (x, x) if y is None else" if right else "y = x if y is None else y\n    return"
    told = diagnosis(library.read(toy_folder), submit, both(f"{answer} (x * y, x / (y + 9))"), "both")
    assert told.pattern is None and told.message == f"{UNKNOWN} {text}"


def test_two_mutants_with_the_same_numbers_are_not_named(toy_folder, submit):
    from kdl.grade import exercise as library

    mutants = toy_folder / "mutants"
    (mutants / "again.py").write_text((mutants / "triple.py").read_text())
    text = (mutants / "mutants.toml").read_text()
    (mutants / "mutants.toml").write_text(text + text[: text.index("[swapped_gap]")].replace("[triple]", "[again]"))
    told = diagnosis(library.read(toy_folder), submit, double("return 3 * x"))
    assert (told.mutant, told.pattern) == (None, "scaled")


@pytest.mark.invariant("exercise", 4)
def test_the_same_code_gets_the_same_diagnosis_for_every_seed(toy, submit):
    told = {diagnosis(toy, submit, double("return 3 * x"), seed=seed).mutant for seed in range(5)}
    assert told == {"triple"}


TWO_CAUSES = """
[plus_one]
misconception = "one too many"
message = "Your total is one too many."
must_fail = ["both"]
must_pass = ["double"]
"""


@pytest.fixture
def two_mutants(toy_folder):
    """The toy with a mutant for each result of its second step."""
    from kdl.grade import exercise as library

    mutants = toy_folder / "mutants"
    (mutants / "plus_one.py").write_text((toy_folder / "solution.py").read_text().replace("x + y", "x + y + 1"))
    (mutants / "mutants.toml").write_text((mutants / "mutants.toml").read_text() + TWO_CAUSES)
    return library.read(toy_folder)


def test_two_mistakes_at_once_are_told_result_by_result(two_mutants, submit):
    told = diagnosis(two_mutants, submit, both("return x + y + 1, y - x"), "both")
    assert (told.mutant, told.pattern) == (None, "several")
    assert "total is exactly what comes out of this one: one too many." in told.message
    assert "gap is exactly what comes out of this one: y - x." in told.message


def test_a_mistake_that_is_not_known_beside_one_that_is_remains_unexplained(two_mutants, submit):
    told = diagnosis(two_mutants, submit, both("return x * y, y - x"), "both")
    assert told.pattern == "several" and "That does not explain total: look there next." in told.message
    assert "right in every case" not in told.message


def test_one_wrong_result_in_a_file_that_is_right_otherwise_is_still_told_its_cause(submit):
    """The mutant divides dW, dU and db; here db alone is divided."""
    from kdl.grade import exercise as library

    bptt = library.find("bptt")
    more = "\n\nwhole = STEP\n\n\ndef STEP(*given):\n    *rest, db = whole(*given)\n    return *rest, db / len(given[0])\n"
    step = bptt.step("step")
    code = (bptt.path / "solution.py").read_text() + more.replace("STEP", step.function)
    told = diagnosis(bptt, submit, code, "step")
    cause = next(one.misconception for one in bptt.mutants if one.name == "averaged_over_the_batch")
    assert told.pattern == "partly" and f"db is exactly what comes out of this one: {cause}." in told.message
    assert told.message.endswith("dW and dU are right in every case.")


def test_where_no_result_is_that_of_a_mutant_only_what_is_right_is_named(two_mutants, submit):
    told = diagnosis(two_mutants, submit, both("return x + y, x * y"), "both")
    assert told.pattern == "partly"


def test_a_result_of_two_mutants_is_told_as_that_of_the_one_which_another_gives_away(submit):
    """dh0 alone could come from a slope left out everywhere as well; dxs, dW and dU say that it did not."""
    from kdl.grade import exercise as library

    bptt = library.find("bptt")
    more = "\n\nwhole = bptt\n\n\ndef bptt(*given):\n    *rest, db = whole(*given)\n    return *rest, db / 1.5\n"
    code = (bptt.path / "mutants" / "tanh_skipped_on_the_way_to_the_past.py").read_text() + more
    told = diagnosis(bptt, submit, code, "backward")
    assert told.pattern == "several"
    assert "dxs, dh0, dW and dU are exactly what comes out of this one: gradient for the old state past" in told.message
    assert "That does not explain db: look there next." in told.message


def test_two_common_mistakes_in_the_gates_of_the_lstm_are_both_named(submit):
    """f and i exchanged, and the sigmoid on g."""
    from kdl.grade import exercise as library

    cell = library.find("lstm-cell")
    code = (cell.path / "mutants" / "forget_gate_first.py").read_text().replace("np.tanh(z_g)", "sigmoid(z_g)")
    told = diagnosis(cell, submit, code, "gates")
    assert told.pattern == "several" and told.message.endswith("o is right in every case.")
    assert "i and f are exactly" in told.message and "g is exactly" in told.message
