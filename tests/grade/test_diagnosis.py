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


NOTHING = {
    "no pattern": double("return np.sin(x)"),
    "exceptions only": double("raise ValueError"),
    "one case only looks like a mutant": double("return (3 if x.size == 2 else 5.5) * x * x"),
    "mutant for float64 alone": double("return (3 if x.dtype == np.float64 else 7 * x) * x"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_said_where_nothing_explains_every_case(toy, submit, name):
    assert diagnosis(toy, submit, NOTHING[name]) is None


def test_two_mutants_with_the_same_numbers_are_not_named(toy_folder, submit):
    from kdl.grade import exercise as library

    mutants = toy_folder / "mutants"
    (mutants / "again.py").write_text((mutants / "triple.py").read_text())
    text = (mutants / "mutants.toml").read_text()
    (mutants / "mutants.toml").write_text(text + text[: text.index("[swapped_gap]")].replace("[triple]", "[again]"))
    told = diagnosis(library.read(toy_folder), submit, double("return 3 * x"))
    assert (told.mutant, told.pattern) == (None, "scaled")


def test_the_same_code_gets_the_same_diagnosis_for_every_seed(toy, submit):
    told = {diagnosis(toy, submit, double("return 3 * x"), seed=seed).mutant for seed in range(5)}
    assert told == {"triple"}
