"""Gradients by hand: right is what the reference's forward pass has, and wrong ones are told whose gradient they are."""

from pathlib import Path

import numpy as np
import pytest

from kdl.errors import BadContent, KdlError
from kdl.grade import check, exercise, feedback, gradients
from kdl.grade.case import Case
from kdl.grade.judge import Reference
from kdl.grade.step import Step
from kdl.grade.trusted import Local, local

FOLDER = Path(__file__).parent / "made" / "11-recurrent-networks" / "hand-backward"
SOLUTION = (FOLDER / "solution.py").read_text()


@pytest.fixture
def one():
    return exercise.read(FOLDER)


def verdict(one, submit, code, **how):
    return check.run(one, submit(code), 3, sandbox="process", **how)


def test_central_differences_of_a_cubic_are_exact():
    """The four-point formula has no error up to the fourth degree: d(sum x³)/dx = 3 x²."""
    step = Step("s", "", 1, "back", ("x",), ("dx",), (), "gradient", "f", ("x",), ("x",))
    case = Case("c", {"x": np.array([[1.0, -2.0], [0.5, 3.0]])})
    (found,) = gradients.differences(step, case, Local("def f(x): return (x ** 3).sum()").ask)
    assert np.abs(found - 3 * case.inputs["x"] ** 2).max() < 1e-10


def test_several_results_are_weighed_into_one_loss():
    """loss = sum(u · x²) + sum(v · 5x), so its slope is 2 u x + 5 v."""
    step = Step("s", "", 1, "back", ("x", "u", "v"), ("dx",), (), "gradient", "f", ("x",), ("x",), ("u", "v"))
    x, u, v = np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.array([0.5, 0.25])
    (found,) = gradients.differences(step, Case("c", {"x": x, "u": u, "v": v}), Local("def f(x): return x**2, 5 * x").ask)
    assert found == pytest.approx(2 * u * x + 5 * v)


@pytest.mark.parametrize("body", ["return None", "return 'no'", "return [1, 2, 3]", "raise ValueError"])
def test_a_forward_pass_without_a_number_has_no_differences(body):
    step = Step("s", "", 1, "back", ("x",), ("dx",), (), "gradient", "f", ("x",), ("x",))
    assert gradients.differences(step, Case("c", {"x": np.ones(2)}), Local(f"def f(x): {body}").ask) is None


def test_the_backward_pass_of_the_reference_is_proved_on_every_case(one):
    for seed in range(50):
        reference, code = Reference(one, seed), local(one, one.solutions[0])
        for step in (step for step in one.steps if step.kind == "gradient"):
            for case, right in zip(reference.cases[step.id], reference.expected[step.id], strict=True):
                assert gradients.error(gradients.differences(step, case, code.ask), right.arrays) < 1e-9
                assert gradients.proved(step, case, right.arrays, code.ask) < 1e-9


def test_one_wrong_number_of_a_gradient_is_no_proof(one):
    """However it is placed, and by a thousandth of the largest number only."""
    reference, code = Reference(one, 0), local(one, one.solutions[0])
    step, case = one.steps[1], reference.cases["backward"][-1]
    for k, index in [(0, (0, 0)), (0, (1, 3)), (1, (2,))]:
        wrong = [array.copy() for array in reference.expected["backward"][-1].arrays]
        wrong[k][index] += 1e-3 * np.abs(wrong[k]).max()
        assert gradients.proved(step, case, wrong, code.ask) > 10 * gradients.CENTRAL
    assert gradients.proved(step, case, wrong, Local("def forward(x, W, b): return None").ask) == np.inf


def test_a_reference_with_a_wrong_gradient_gives_no_verdict(one, tmp_path, submit):
    import shutil

    folder = shutil.copytree(FOLDER, tmp_path / "11-recurrent-networks" / "hand-backward")
    (folder / "solution.py").write_text(SOLUTION.replace("1 - y**2", "1 - y"))
    with pytest.raises(KdlError, match="backward of solution.py is not the gradient of forward"):
        check.run(exercise.read(folder), submit(SOLUTION), 3)


def test_the_right_gradient_passes(one, submit):
    assert verdict(one, submit, SOLUTION).status == "pass"


FORWARD_WRONG = SOLUTION.replace("np.tanh(x @ W + b)", "np.tanh(2 * (x @ W + b))").replace("dy * (1", "2 * dy * (1")
TOLD = {
    "own-forward": (FORWARD_WRONG, "This is the gradient of your own forward", "it is the forward pass that is wrong"),
    "not-its-gradient": (
        SOLUTION.replace("x.T @ dz", "x.T @ np.tanh(dz)"),
        "Your forward is right; db is what its central differences give; dW is not.",
        "Move one number of W by 0.001",
    ),
    "sign": (SOLUTION.replace("return x.T @ dz, dz", "dz = -dz\n    return x.T @ dz, dz"), "wrong sign", ""),
}


def test_a_forward_pass_that_is_right_is_not_blamed_for_a_gradient_that_is_nearly_right(one, submit):
    """1e-7 is added to both: the gradient is that of the learner's forward pass, which passes all the same."""
    code = SOLUTION.replace("return x.T @ dz, dz", "dz = dz * (1 + 1e-7)\n    return x.T @ dz, dz")
    found = verdict(one, submit, code)
    assert found.step_status(one.step("forward")) == "pass" and found.step_status(one.step("backward")) == "fail"
    assert found.diagnoses["backward"].pattern == "nearly"


@pytest.mark.parametrize("name", TOLD)
def test_a_wrong_gradient_is_told_whose_it_is(one, submit, name):
    code, *texts = TOLD[name]
    told = verdict(one, submit, code).diagnoses["backward"]
    assert (told.mutant, told.pattern) == (None, name)
    assert all(text in told.message for text in texts)


def test_a_mutant_is_named_before_any_differences(one, submit):
    told = verdict(one, submit, SOLUTION.replace("1 - y**2", "y - y * y")).diagnoses["backward"]
    assert told.mutant == "sigmoid_slope"


def test_a_loss_that_is_one_number_needs_no_upstream(one, submit):
    wrong = SOLUTION.replace("0.5 * np.sum((y", "np.sum((y").replace("return y - target", "return 2 * (y - target)")
    told = verdict(one, submit, wrong).diagnoses
    assert told["slope"].pattern == "own-forward" and told["loss"].pattern == "scaled"


def test_a_forward_pass_that_never_ends_costs_the_explanation_only(one, submit):
    """Once the cases are judged, the learner's forward pass is asked again; here it then loops."""
    loops = SOLUTION.replace("x.T @ dz", "x.T @ np.tanh(dz)").replace(
        "def forward(x, W, b):", "def forward(x, W, b, n=[0]):\n    n[0] += 1\n    while n[0] > 6: pass"
    )
    found = verdict(one, submit, loops)
    assert found.step_status(one.step("backward")) == "fail"
    assert found.diagnoses["backward"].pattern == "partly"


def test_the_call_is_shown_as_code(one, submit):
    found = verdict(one, submit, SOLUTION.replace("1 - y**2", "1 - y"))
    text = "\n".join(feedback.failure(found, found.first_open))
    assert "dW, db = backward(x, W, b, dy)" in text and "worst: d" in text


FAULTS = {
    "forward": ('forward = "forward"', 'forward = "forwards"', "forward must be the function of another step"),
    "wrt": ('wrt = ["W", "b"]', 'wrt = ["W", "dy"]', "wrt must name one argument of forward for each of dW, db"),
    "one wrt too few": ('wrt = ["W", "b"]', 'wrt = ["W"]', "wrt must name one argument"),
    "upstream": ('upstream = ["dy"]', 'upstream = ["dy", "x"]', "upstream must name one argument of backward"),
    "an argument": ('"x", "W", "b", "dy"]', '"x", "W", "dy"]', "signature lacks 'b', which forward needs"),
    "kind": ('kind = "gradient"', 'kind = "slope"', "kind must be one of function, gradient, layer"),
    "layer in NumPy": ('kind = "gradient"\ntitle = "Slope', 'kind = "layer"\ntitle = "Slope', "not know the key 'forward'"),
    "key of another kind": ('function = "loss"', 'function = "loss"\nwrt = ["y"]', "does not know the key 'wrt'"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_gradient_step_is_told(tmp_path, name):
    import shutil

    old, new, message = FAULTS[name]
    folder = shutil.copytree(FOLDER, tmp_path / "11-recurrent-networks" / "hand-backward")
    text = (folder / "exercise.toml").read_text()
    assert old in text
    (folder / "exercise.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(BadContent, match=message):
        exercise.read(folder)
