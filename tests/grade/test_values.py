"""The form of the reference's value decides what is asked for: arrays, numbers, texts, and lists and dicts of these."""

import numpy as np
import pytest

from kdl.grade.case import Case, literal, same
from kdl.grade.judge import judged
from kdl.grade.values import Mismatch, Right

ACCEPTED = {
    "an array": (np.ones((2, 3)), np.ones((2, 3))),
    "a number": (0.5, 0.5),
    "a number as an array without axes": (0.5, np.array(0.5)),
    "an array without axes as a number": (np.array(0.5), 0.5),
    "an integer where a number is asked for": (0.0, 0),
    "text": ("the cat", "the cat"),
    "a truth value": (True, True),
    "a list of integers": ([2, 0, 1], [2, 0, 1]),
    "a tuple for a list": ([2, 0, 1], (2, 0, 1)),
    "an array for a list": ([2, 0, 1], np.array([2, 0, 1])),
    "NumPy integers in a list": ([2, 0, 1], [np.array(2), np.array(0), np.array(1)]),
    "an empty list": ([], []),
    "an empty array for an empty list": ([], np.zeros(0, np.int64)),
    "integers in a list of numbers": ([1.0, 0.0], [1, 0]),
    "tokens": (["the", "cat"], ("the", "cat")),
    "a list of arrays": ([np.ones(2), np.ones((1, 3))], (np.ones(2), np.ones((1, 3)))),
    "a dict": ({"W": np.ones(2), "n": 3}, {"n": 3, "W": np.ones(2)}),
    "to any depth": ({"a": [np.ones(2), {"b": ["x"]}]}, {"a": (np.ones(2), {"b": ["x"]})}),
}
REFUSED = {
    "a list for an array": (np.ones(2), [1.0, 1.0], "type"),
    "None": (np.ones(2), None, "type"),
    "a number for an array": (np.ones(2), 1.0, "type"),
    "an array for a number": (0.5, np.array([0.5]), "shape"),
    "a truth value for a number": (1.0, True, "dtype"),
    "a number for an integer": (3, 3.0, "dtype"),
    "another integer": (3, 4, "values"),
    "a large integer that is off by one": (10**9, 10**9 + 1, "values"),
    "an integer for a truth value": (True, 1, "dtype"),
    "another truth value": (True, False, "values"),
    "other text": ("the cat", "the Cat", "values"),
    "text for a number": (0.5, "0.5", "dtype"),
    "a shorter list": ([2, 0, 1], [2, 0], "shape"),
    "another order": ([2, 0, 1], [0, 1, 2], "values"),
    "floats for integers": ([2, 0, 1], [2.0, 0.0, 1.0], "dtype"),
    "mixed things": ([2, 0, 1], [2, "0", 1], "type"),
    "a token that is missing": (["the", "cat"], ["the"], "shape"),
    "an array too few": ([np.ones(2), np.ones(2), np.ones(3)], [np.ones(2), np.ones(2)], "type"),
    "a key too many": ({"W": np.ones(2)}, {"W": np.ones(2), "b": 1}, "type"),
    "another key": ({"W": np.ones(2)}, {"w": np.ones(2)}, "type"),
    "a list for a dict": ({"W": np.ones(2)}, [np.ones(2)], "type"),
    "an integer without end": (3, 10**40, "type"),
    "NaN for a number": (0.5, float("nan"), "values"),
    "a narrower type": (np.ones(2), np.ones(2, np.float16), "dtype"),
    "complex numbers": (np.ones(2), np.ones(2, complex), "dtype"),
}


def outcome(toy, expected, got):
    answer = {"status": "value", "value": got, "inputs": [1]}
    return judged(toy, toy.steps[0], Case("c", {"x": 1}), Right(("y",), [expected]), answer)


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_accepted(toy, name):
    found = outcome(toy, *ACCEPTED[name])
    assert (found.status, found.reason, found.detail) == ("pass", None, "")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_why(toy, name):
    expected, got, reason = REFUSED[name]
    found = outcome(toy, expected, got)
    assert (found.status, found.reason) == ("fail", reason)
    found.as_json()


def test_the_parts_of_a_result_are_named():
    right = Right(("loss", "grads"), [0.5, {"W": [np.ones(2), np.ones(3)], "names": ["a", "b"]}])
    assert right.names == ("loss", "grads['W'][0]", "grads['W'][1]", "grads['names']")


def test_a_reference_that_gives_nothing_to_compare_is_a_fault_of_the_author():
    with pytest.raises(ValueError, match="y is None"):
        Right(("y",), [None])


def test_a_mismatch_says_what_is_there():
    with pytest.raises(Mismatch, match=r"^y\['W'\] is None$"):
        Right(("y",), [{"W": np.ones(2)}]).matched([{"W": None}])


VALUES = [
    None, True, 3, 0.5, "text", [1, "a"], (1,), [["a"], []],
    {"a": np.array([True, False])}, [np.zeros((0, 2)), np.float32([[0.25]])],
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_literal_makes_the_same_value_and_nothing_else_is_the_same(value):
    assert same(value, eval(literal(value), {"np": np}))
    assert not any(same(value, other) for other in VALUES if other is not value)


def test_an_input_may_be_anything_and_is_copied_whole():
    case = Case("c", {"tokens": ["a", "b"], "mask": None, "grads": [np.ones(2)], "n": 2})
    sent = case.request()
    sent[0].append("c")
    sent[2][0] += 1
    assert case.inputs["tokens"] == ["a", "b"] and case.inputs["grads"][0].tolist() == [1, 1]
    assert case.dtype() == "float64" and case.size() == 2 + 1 + 2 + 1
