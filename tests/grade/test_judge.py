"""Numbers against numbers: the tolerance follows the size and type of what is expected, and unknown is never right."""

import numpy as np
import pytest

from kdl.errors import KdlError
from kdl.grade import check, judge
from kdl.grade.case import Case
from kdl.grade.compare import errors, scale, worst
from kdl.grade.trusted import Local
from kdl.grade.values import Right

NAMES = ("y",)


def cell(got, expected, tolerance=1e-5):
    return worst(NAMES, [np.asarray(got)], [np.asarray(expected)], tolerance)


def test_the_allowed_error_is_the_tolerance_times_the_largest_expected_value():
    expected = np.array([1000.0, 1e-6])
    assert cell(expected + [0.009, 0.009], expected) is None
    assert cell(expected + [0, 0.011], expected)["allowed"] == pytest.approx(0.01)


def test_the_worst_cell_is_named_with_its_index_and_the_share_of_wrong_cells():
    expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = cell(expected + [[0, 0.1], [-0.5, 0]], expected)
    assert (found["index"], found["got"], found["expected"], found["wrong_share"]) == ([1, 0], 2.5, 3.0, 0.5)


def test_of_several_results_the_one_that_is_furthest_off_for_its_scale_is_named():
    found = worst(("a", "b"), [np.array([1001.0]), np.array([0.2])], [np.array([1000.0]), np.array([0.1])], 1e-5)
    assert (found["output"], found["wrong_share"]) == ("b", 1.0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_wrong_and_can_be_written_as_json(value):
    import json

    found = cell([value], [1.0])
    assert found["got"] == str(value)
    json.dumps(found, allow_nan=False)


def test_zeros_and_nothing_have_a_scale():
    assert scale(np.zeros(3)) == scale(np.zeros(0)) == 1.0
    assert cell(np.zeros(0), np.zeros(0)) is None
    assert cell([1e-12], [0.0], 1e-9) is None
    assert cell([1e-3], [0.0], 1e-9) is not None


def test_an_expected_infinity_is_met_only_by_itself_and_hides_nothing_beside_it():
    expected = np.array([-np.inf, 2.0, 1.0])
    assert scale(expected) == 2
    assert errors(np.array([-np.inf, 2.0, 1.5]), expected).tolist() == [0, 0, 0.25]
    assert errors(np.array([-1e300, 2.0, 1.0]), expected).tolist() == [np.inf, 0, 0]
    assert errors(np.array([np.inf]), np.array([np.inf])).tolist() == [0]
    assert errors(np.array([1.0]), np.array([np.inf])).tolist() == [np.inf]


ANSWERS = {
    "no status": {},
    "unknown status": {"status": "pass"},
    "value is missing": {"status": "value"},
    "value is text": {"status": "value", "value": "pass", "inputs": []},
    "inputs are missing": {"status": "value", "value": np.ones((1, 2)) * 2},
    "inputs of another number": {"status": "value", "value": np.ones((1, 2)) * 2, "inputs": [1, 2, 3]},
    "exception with odd fields": {"status": "exception", "type": 3, "message": None, "lines": "no"},
    "lines of odd types": {"status": "exception", "type": "E", "message": "m", "lines": [["a", 1], 7, [1, 2, 3]]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_not_understood_is_no_pass(toy, name):
    case = Case("c", {"x": np.ones((1, 2))})
    outcome = judge.judged(toy, toy.steps[0], case, Right(("y",), [np.ones((1, 2)) * 2]), ANSWERS[name])
    assert outcome.status != "pass" and outcome.reason
    outcome.as_json()


def test_the_judge_keeps_its_own_inputs(toy):
    """Trusted code that works in place must not change what the next one gets, or the expected values."""
    reference = judge.Reference(toy, 1)
    code = Local("def double(x):\n    x *= 2\n    return x\n")
    before = reference.cases["double"][0].inputs["x"].copy()
    code.ask({"op": "call", "function": "double", "args": reference.cases["double"][0].request()})
    assert np.array_equal(reference.cases["double"][0].inputs["x"], before)


def test_the_tolerance_is_that_of_the_narrowest_input():
    assert Case("c", {"x": np.ones(1, np.float32), "y": np.ones(1)}).dtype() == "float32"
    assert Case("c", {"n": 3}).dtype() == "float64"


def test_a_broken_grader_is_our_bug_and_never_the_learners_score(toy_folder, submit):
    from kdl.grade import exercise as library

    for name, text in (("grader.py", "def cases(rng, step): 1 / 0\n"), ("solution.py", "def double(x): return None\n")):
        old = (toy_folder / name).read_text()
        (toy_folder / name).write_text(text)
        with pytest.raises(KdlError, match="grader of toy failed") as error:
            check.run(library.read(toy_folder), submit("def double(x): return 2 * x\ndef both(x, y): return x, y"), 1)
        assert error.value.exit_code == 70
        (toy_folder / name).write_text(old)


@pytest.mark.parametrize(
    "value", [np.zeros((2, 3)), np.float32([[0.1, np.nan]]), np.array([np.inf, 1e-30]), np.arange(4), np.zeros((0, 2))]
)
def test_a_literal_is_python_that_makes_the_same_array(value):
    from kdl.grade.case import literal

    back = eval(literal(value), {"np": np})
    assert (
        back.dtype == value.dtype
        and back.shape == value.shape
        and np.array_equal(back, value, equal_nan=value.dtype.kind == "f")
    )


def test_two_numbers_are_shown_with_as_many_digits_as_tell_them_apart():
    from kdl.grade.feedback import _apart

    assert _apart(0.25, 1 / 3) == ["0.25", "0.333333"]
    assert _apart(-0.5, -0.50000001) == ["-0.5", "-0.50000001"]


def test_an_answer_far_larger_than_what_is_asked_for_is_not_kept(toy):
    """Two numbers are asked for: 16 bytes, so 4 times that and 64 KiB are kept, and not one number more."""
    case, right = Case("c", {"x": np.ones((1, 2))}), Right(("y",), [np.ones((1, 2))])
    for size, kept in ((8 * 1024 + 8, True), (8 * 1024 + 9, False)):
        answer = {"status": "value", "value": np.ones((1, size)), "inputs": [np.ones((1, 2))]}
        outcome = judge.judged(toy, toy.steps[0], case, right, answer)
        assert outcome.status == "fail" and (outcome.got is not None) == kept
    assert outcome.detail == "y has shape (1, 8201), not (1, 2)"


def test_a_long_message_is_cut_by_the_judge_as_well(toy):
    case, right = Case("c", {"x": np.ones(2)}), Right(("y",), [np.ones(2)])
    for answer in (
        {"status": "exception", "type": "E" * 10**6, "message": "m" * 10**6},
        {"status": "missing", "message": "m" * 10**6},
    ):
        assert len(judge.judged(toy, toy.steps[0], case, right, answer).detail) < 5000
