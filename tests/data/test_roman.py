"""Roman numerals against a reader that knows one rule: a letter before a larger one is taken away."""

import re

import numpy as np
import pytest

from kdl import catalog
from kdl.data import roman

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
EVERY = range(1, 1000)


def value(numeral):
    values = [VALUES[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def test_every_numeral_is_read_as_the_number_that_it_was_spelled_from():
    assert [value(roman.spell(number)) for number in EVERY] == list(EVERY)


def test_every_numeral_is_spelled_as_at_school():
    """At most three of a letter, V L D never twice, and only a power of ten before its five or its ten."""
    place = "(M|D?C{0,3}|CD|CM)(L?X{0,3}|XL|XC)(V?I{0,3}|IV|IX)"

    assert [number for number in EVERY if not re.fullmatch(place, roman.spell(number))] == []
    assert [roman.spell(number) for number in (4, 9, 49, 500, 888, 949)] == ["IV", "IX", "XLIX", "D", "DCCCLXXXVIII", "CMXLIX"]


def test_it_has_the_counts_of_its_header():
    train, test = roman.split()
    counts = [int(number) for number in re.findall(r"\d+", catalog.find("data", "roman").counts)]

    assert counts == [len(train) + len(test), len(set("".join(map(roman.spell, EVERY)))), len(train), len(test)]
    assert sorted([*train, *test]) == list(EVERY)
    assert max(len(roman.spell(number)) for number in EVERY) == roman.LONGEST


def test_the_last_letter_of_every_numeral_stands_at_the_last_step():
    x = roman.steps([500, 49])  # D, XLIX

    assert (x.shape, x.dtype) == ((2, 12, 7), np.float32)
    np.testing.assert_array_equal(x.sum(axis=2), [[0] * 11 + [1], [0] * 8 + [1] * 4])
    assert ["IVXLCDM"[column] for column in x[1, 8:].argmax(axis=1)] == ["X", "L", "I", "X"]
    assert [roman.shown(one) for one in x] == ["D", "XLIX"]


@pytest.mark.parametrize("number", [0, 1000])
def test_there_is_no_numeral_for_a_number_beyond(number):
    with pytest.raises(ValueError, match=f"number must be from 1 to 999. Received: number={number}"):
        roman.spell(number)
