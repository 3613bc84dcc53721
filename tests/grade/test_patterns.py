"""Patterns are told of numbers that are wrong, never of numbers that are nearly right."""

import numpy as np
import pytest

from kdl.grade import patterns
from kdl.grade.case import Case
from kdl.grade.judge import judged
from kdl.grade.values import Right

# What is asked for, in each of three cases; no change of it is itself.
RIGHT = [np.array([[1.0, 2.0, 4.0], [0.5, -3.0, 7.0]]), np.array([[0.25, 6.0, -1.0]]), np.array([[5.0], [1.5], [2.25]])]
CHANGES = {
    "sign": lambda a: -a,
    "scaled": lambda a: 3 * a,
    "shifted": lambda a: a + 0.25,
    "permuted": lambda a: np.roll(a, 1),
    "transposed": lambda a: a.T,
    "reversed": lambda a: a[:, ::-1],
    "constant": lambda a: 0 * a,
}


def outcomes(toy, answers, right=RIGHT):
    step, many = toy.steps[0], []
    for k, (got, want) in enumerate(zip(answers, right, strict=True)):
        case = Case(f"case {k}", {"x": np.ones(2)})
        many.append(judged(toy, step, case, Right(("y",), [want]), {"status": "value", "value": got, "inputs": [np.ones(2)]}))
    return many


@pytest.mark.parametrize(("off", "digits"), [(9e-5, "4 digits, and 9"), (2e-7, "6 digits, and 9"), (2e-9, "8 digits, and 9")])
def test_numbers_that_are_nearly_right_are_told_so_and_nothing_else(toy, off, digits):
    """The error is a share of the largest number, so the numbers are right to -log10 of it digits, rounded down."""
    name, message = patterns.find(outcomes(toy, [a * (1 + off) for a in RIGHT]))
    assert name == "nearly" and f"right to about {digits} are asked for" in message


@pytest.mark.parametrize("name", CHANGES)
def test_a_pattern_is_not_told_of_nearly_right_numbers_that_it_leaves_as_they_are(toy, name):
    """Numbers all alike, which each change but for the last ones keeps; the answer is off by 1e-6 of them."""
    same = {"sign": np.zeros((2, 2)), "constant": np.zeros((2, 2))}.get(name, np.full((2, 2), 0.5))
    found = patterns.find(outcomes(toy, [same + 5e-7] * 3, [same] * 3))
    assert found[0] == "nearly"


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_result_is_still_told_where_it_is_nearly_that(toy, name):
    """A change is told within the room for rounding."""
    if name == "constant":
        found = patterns.find(outcomes(toy, [np.full(a.shape, 2.0) for a in RIGHT]))
    elif name in ("transposed", "reversed"):
        square = [a @ a.T + np.triu(a @ a.T) for a in (RIGHT[0], RIGHT[0] + 1, RIGHT[0] * 2)]
        found = patterns.find(outcomes(toy, [CHANGES[name](a) * (1 + 1e-8) for a in square], square))
    else:
        found = patterns.find(outcomes(toy, [CHANGES[name](a) * (1 + 1e-8) for a in RIGHT]))
    assert found[0] == name


def test_several_results_nearly_right_are_neither_swapped_nor_partly_right(toy):
    step, many = toy.steps[1], []
    for k in range(3):
        right = Right(("total", "gap"), [np.full(3, 2.0), np.full(3, 2.0 + 1e-9)])
        given = {"status": "value", "value": [one + 1e-6 for one in right.arrays], "inputs": [np.ones(3), np.ones(3)]}
        many.append(judged(toy, step, Case(f"case {k}", {"x": np.ones(3), "y": np.ones(3)}), right, given))
    assert patterns.find(many)[0] == "nearly"


def test_integers_as_floats_are_not_told_to_be_narrowed(toy):
    """The numbers are right and so is the width: no pattern is there, and none of those that keep the numbers is told."""
    whole = [np.arange(4), np.arange(2), np.arange(3)]
    found = outcomes(toy, [a.astype(float) for a in whole], whole)
    assert {one.reason for one in found} == {"dtype"} and patterns.find(found) is None


def test_the_cases_with_nan_are_counted(toy):
    """Of three cases two have a NaN: neither every case nor only one."""
    found = patterns.find(outcomes(toy, [RIGHT[0], np.nan * RIGHT[1], np.nan * RIGHT[2]]))
    assert found[0] == "nan" and found[1].startswith("NaN appears in 2 of the 3 cases")
