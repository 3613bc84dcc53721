"""Covered words, next words, and gaps for a reader from the left: what is read, what is asked, and what is not."""

import numpy as np
import pytest

from kdl import catalog
from kdl.data import animal_sentences as grammar
from kdl.data.animal_sentences import MARK, MASK, PLAIN, WORDS
from kdl.errors import UsageProblem
from kdl.tasks import fill_from_left, masked_words, next_word

TASKS = ("masked-words", "next-word", "fill-from-left")
SELDOM = [("masked-words", {}), ("fill-from-left", {"chosen": True})]


def make(name, **options):
    return catalog.load(catalog.find("task", name)).make(**options)


def told(name, number):
    """A number that the task's page states."""
    return str(number) in catalog.load(catalog.find("task", name)).__doc__


def many(count=4000):
    """Texts, and the same masked: (whole, read, asked for)."""
    x = masked_words.texts(3, 0, 0, count=count, length=16)
    return x, *masked_words.masked(x, np.random.default_rng(3))


def test_all_read_the_same_texts():
    """What covers words does not draw them: with the answers put back, the three read the same rows."""
    (seen, asked), (read, _), (left, _) = (make(name).batches(3, 1, 2, 8) for name in TASKS)

    np.testing.assert_array_equal(read, left)
    np.testing.assert_array_equal(np.where(asked == -1, seen, asked), read)
    assert (read[:, 0] == MARK).all()


@pytest.mark.parametrize("name", TASKS)
def test_a_text_has_room_for_the_mark_and_the_longest_sentence(name):
    """Of 11 words; the refusal names the option, as it is set by whoever trains."""
    make(name, length=12)

    with pytest.raises(ValueError, match="length must be at least 12. Received: length=11"):
        make(name, length=11)


def test_asked_so_seldom_a_reader_from_the_left_is_asked_for_the_words_that_are_covered_elsewhere():
    """The same texts, whole; of each word that BERT is asked for, at its place, one place before it, and of no other."""
    (seen, covered), (left, asked) = (make(name, **how).batches(3, 1, 2, 64) for name, how in SELDOM)
    every, _ = make("fill-from-left").batches(3, 1, 2, 64)

    np.testing.assert_array_equal(left, every)
    np.testing.assert_array_equal(asked[:, :-1], covered[:, 1:])
    assert (asked[:, -1] == -1).all()
    assert (covered != -1).mean() < 0.2
    np.testing.assert_array_equal(make("fill-from-left", chosen=True).test(3)[1], make("fill-from-left").test(3)[1])


# ---- masked words ----------------------------------------------------------------------------------------------------


def test_a_word_is_chosen_in_15_of_100_cases_and_the_mark_never():
    """60,000 words: a share of 0.15 is off by 0.0015 as a rule."""
    x, _, y = many()

    assert (y[:, 1:] != -1).mean() == pytest.approx(0.15, abs=0.006)
    assert (y[:, 0] == -1).all()
    np.testing.assert_array_equal(y[y != -1], x[y != -1])


def test_of_the_chosen_words_8_in_10_are_covered_1_is_replaced_and_1_stays():
    """9,000 chosen words: the shares are off by 0.004 as a rule. A word that is drawn to replace may be the same, 1 in 73."""
    x, seen, y = many()
    chosen = y != -1

    assert (seen[chosen] == MASK).mean() == pytest.approx(0.8, abs=0.02)
    assert (seen[chosen] == x[chosen]).mean() == pytest.approx(0.1 + 0.1 / 73, abs=0.015)
    assert (seen[chosen] >= PLAIN).mean() == pytest.approx(0.2, abs=0.02)


def test_no_other_word_is_touched():
    x, seen, y = many(200)

    np.testing.assert_array_equal(seen[y == -1], x[y == -1])
    assert MASK not in x


def test_one_word_of_the_first_sentence_is_tested_and_covered():
    x, y = make("masked-words").test(0)
    whole, sentence = masked_words.tested(0, 16)
    places = (y != -1).argmax(axis=1)

    assert ((y != -1).sum(axis=1) == 1).all()
    assert (x[np.arange(1000), places] == MASK).all()
    assert (np.where(x == MASK, y, x) == whole).all()
    assert ((places >= 1) & (places <= sentence)).all()


def test_every_word_of_the_first_sentence_is_covered_as_often():
    """Of sentences of 5 words, a sixteenth of the 4,000 texts, each place has a fifth of the gaps."""
    gaps = [make("masked-words").test(seed) for seed in range(4)]
    lengths = np.concatenate([masked_words.tested(seed, 16)[1] for seed in range(4)])
    places = np.concatenate([(y != -1).argmax(axis=1) for _, y in gaps])

    assert np.bincount(places[lengths == 5], minlength=6)[1:] / (lengths == 5).sum() == pytest.approx([0.2] * 5, abs=0.08)


def test_the_ceilings_of_the_page_are_those_of_the_grammar_and_the_target_lies_between():
    both, left = grammar.best_guess(), grammar.best_guess(both_sides=False)

    assert told("masked-words", f"{both:.2f}")
    assert told("masked-words", f"{left:.2f}")
    assert left < make("masked-words").target < both


def test_a_covered_text_is_shown_with_its_gap():
    numbers = [MARK, *(WORDS.index(word) for word in ["A", "dog", "barks", "now", ".", "A"])]
    x, y = masked_words.covered(np.array([numbers, numbers]), np.array([3, 1]))

    task = make("masked-words")

    assert task.shown(x[0]) == "A dog [MASK] now. A"
    assert [task.labels[word] for word in y[y != -1]] == ["barks", "A"]


# ---- next word -------------------------------------------------------------------------------------------------------


def test_the_answer_is_the_text_moved_on_by_one():
    x, y = make("next-word").test(0)

    np.testing.assert_array_equal(y[:, :-1], x[:, 1:])
    assert (y[:, -1] == -1).all()


def test_who_knows_the_grammar_needs_the_bits_of_the_page_and_the_target_lies_above():
    task, floor = make("next-word"), grammar.best_bits(15)

    assert told("next-word", f"{floor:.2f}")
    assert told("next-word", f"{2**floor:.1f}")
    assert floor < task.target < task.baseline


def test_words_become_numbers_and_numbers_a_sentence():
    text = make("next-word").text
    numbers = text.encode("Some dogs bark now.")

    assert [WORDS[number] for number in numbers] == ["Some", "dogs", "bark", "now", "."]
    assert text.decode([text.start, *numbers]) == "Some dogs bark now"
    assert numbers[-1] == text.end


def test_a_word_that_the_task_does_not_know_is_named():
    with pytest.raises(UsageProblem, match="'zebra' is not among the 73 words") as told_of:
        make("next-word").text.encode("A zebra barks")
    assert "dog" in told_of.value.fix


def test_marks_are_no_words():
    with pytest.raises(UsageProblem, match="MASK"):
        next_word.make().text.encode("A [MASK] barks")


# ---- from the left ---------------------------------------------------------------------------------------------------


def test_a_reader_from_the_left_is_asked_for_the_same_words_one_place_before():
    x, y = make("fill-from-left").test(0)
    same, gap = make("masked-words").test(0)

    np.testing.assert_array_equal(x, same)
    np.testing.assert_array_equal(y[:, :-1], gap[:, 1:])
    assert (y[:, -1] == -1).all()


def test_asking_before_the_gap_loses_no_answer():
    y = np.array([[-1, 7, -1], [-1, -1, 5]])

    np.testing.assert_array_equal(fill_from_left.asked_before(y), [[7, -1, -1], [-1, 5, -1]])


def test_the_ceiling_from_the_left_is_the_one_of_the_page():
    assert told("fill-from-left", f"{grammar.best_guess(both_sides=False):.2f}")
    assert make("fill-from-left").target < grammar.best_guess(both_sides=False)
