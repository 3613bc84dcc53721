"""Three tasks over one set of numerals: what goes in, what is asked for, and why no short cut solves them."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from kdl import catalog
from kdl.data import roman
from kdl.tasks import number_to_roman, roman_so_far, roman_to_number

TASKS = ("number-to-roman", "roman-so-far", "roman-to-number")


def make(name):
    return catalog.load(catalog.find("task", name)).make()


def told(name, number):
    """A number that the task's page states."""
    return str(number) in catalog.load(catalog.find("task", name)).__doc__


# ---- one-to-many -----------------------------------------------------------------------------------------------------


def test_a_number_goes_in_as_one_vector_and_comes_out_as_letters_and_a_mark():
    """49: no hundreds, 4 tens (10 + 4), 9 ones (20 + 9); X L I X are the letters 2 3 0 2, the mark is 7."""
    x, y = number_to_roman.encode([49, 500])

    assert (x.shape, x.dtype, y.shape, y.dtype) == ((2, 30), np.float32, (2, 13), np.int32)
    np.testing.assert_array_equal(np.nonzero(x[0])[0], [0, 14, 29])
    np.testing.assert_array_equal(y, [[2, 3, 0, 2, 7] + [-1] * 8, [5, 7] + [-1] * 11])
    assert [number_to_roman.shown(one) for one in x] == ["49", "500"]


def test_whoever_knows_the_place_and_not_the_number_is_right_as_often_as_the_page_says():
    """The most frequent symbol of each place among the training numbers, judged on the others."""
    train, test = ([roman.spell(number) + "." for number in part] for part in roman.split())
    vote = [Counter(one[place] for one in train if len(one) > place).most_common(1)[0][0] for place in range(13)]
    right = [symbol == vote[place] for one in test for place, symbol in enumerate(one)]

    assert told("number-to-roman", round(np.mean(right), 2))
    assert np.mean(right) < make("number-to-roman").target / 2


# ---- many-to-many, of any length -------------------------------------------------------------------------------------


def test_letters_go_in_and_three_digits_come_out():
    x, y = roman_to_number.encode([49, 500])

    np.testing.assert_array_equal(x, roman.steps([49, 500]))
    np.testing.assert_array_equal(y, [[0, 4, 9], [5, 0, 0]])


def test_whoever_forgets_the_order_is_right_as_often_as_the_page_says():
    """Numbers whose numerals have the same letters get the same answer: the most frequent of each digit."""
    alike = defaultdict(list)
    for number in range(1, 1000):
        alike["".join(sorted(roman.spell(number)))].append(f"{number:03d}")
    right = sum(max(Counter(digits).values()) for numbers in alike.values() for digits in zip(*numbers, strict=True))

    assert alike["IV"] == ["004", "006"]
    assert told("roman-to-number", round(right / (999 * 3), 2))


# ---- many-to-many, step by step --------------------------------------------------------------------------------------


def test_every_letter_gets_the_last_digit_of_what_has_been_read_so_far():
    """XLIX is read as 10, 40, 41, 49; CXX as 100, 110, 120; in front stands nothing."""
    _, y = roman_so_far.encode([49, 120])

    np.testing.assert_array_equal(y[0], [-1] * 8 + [1, 4, 1, 9])
    np.testing.assert_array_equal(y[1], [-1] * 9 + [1, 1, 2])


def test_an_answer_needs_no_letter_that_comes_later():
    """Numerals that begin alike are answered alike as far as they are."""
    answers = {}
    x, y = roman_so_far.encode(range(1, 1000))
    for letters, digits in zip(x, y, strict=True):
        numeral = roman.shown(letters)
        for end, digit in enumerate(digits[-len(numeral) :], 1):
            answers.setdefault(numeral[:end], set()).add(int(digit))

    assert {len(found) for found in answers.values()} == {1}


@pytest.mark.parametrize("seen", [1, 2])
def test_whoever_sees_the_last_letters_only_is_right_as_often_as_the_page_says(seen):
    """The most frequent answer to each letter, and to each two letters, among the training numbers."""
    votes, (train, test) = defaultdict(Counter), roman.split()

    def windows(numbers):
        for number, digits in zip(numbers, roman_so_far.encode(numbers)[1], strict=True):
            padded = " " + roman.spell(number)
            for place, digit in enumerate(digits[1 - len(padded) :], 1):
                yield padded[place + 1 - seen : place + 1], digit

    for window, digit in windows(train):
        votes[window][digit] += 1
    right = [votes[window].most_common(1)[0][0] == digit for window, digit in windows(test)]

    assert told("roman-so-far", round(np.mean(right), 2))


# ---- all three -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TASKS)
def test_the_right_answers_get_the_score_1_whatever_stands_where_none_is_asked_for(name):
    task = make(name)
    _, y = task.test(0)
    answers = np.eye(10)[np.where(y < 0, 3, y)]

    assert task.score(y, answers) == 1.0


@pytest.mark.parametrize("name", TASKS)
def test_no_number_of_the_test_set_is_trained(name):
    task = make(name)
    trained = np.concatenate([task.batches(0, 0, index, 30)[0] for index in range(task.epoch_steps(30))])
    tested, _ = task.test(0)

    assert (len(trained), len(tested)) == (810, 189)
    assert len({row.tobytes() for row in np.concatenate([trained, tested])}) == 999
