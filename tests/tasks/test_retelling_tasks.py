"""Graded pairs and covered words of the retellings: what is read, what is asked, and what those get who know a part."""

import numpy as np
import pytest

from kdl import catalog
from kdl.data import retellings as grammar
from kdl.data.retellings import FILL, MARK, MASK, PLAIN, WORDS


def make(name, **options):
    return catalog.load(catalog.find("task", name)).make(**options)


def test_every_row_begins_with_the_mark_and_is_filled_up_behind_its_stop():
    seen, y = make("masked-retellings").test(0)
    for x in (make("graded-pairs").test(0)[0].reshape(-1, 13), np.where(y >= 0, y, seen)):
        assert (x[:, 0] == MARK).all()
        assert ((x == FILL) == (np.cumsum(x == grammar.STOP, axis=1) - (x == grammar.STOP) > 0)).all()


def cosine(one, other):
    return (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


def counts(x, same):
    """How often each word stands in rows (B, T), but for `the`, `at` and their like; with `same` two words for one are one."""
    content = PLAIN + len(grammar.PLAIN_WORDS)
    number = np.where(x < content, 0, (x - content) // (2 if same else 1) + 1)
    return (number[..., None] == np.arange(1, len(WORDS))).sum(axis=1)


@pytest.mark.parametrize(("same", "expected"), [(False, 0.5), (True, 0.75)])
def test_who_counts_words_gets_what_the_page_of_the_task_says(same, expected):
    """On 10 test sets; one of 1,000 pairs is off by 0.02 as a rule."""
    task = make("graded-pairs")
    scores = [task.score(y, cosine(counts(x[:, 0], same), counts(x[:, 1], same))) for x, y in map(task.test, range(10))]

    assert np.mean(scores) == pytest.approx(expected, abs=0.015)


def test_of_a_sentence_to_test_one_word_is_covered_and_asked():
    x, y = make("masked-retellings").test(0)

    assert ((x == MASK).sum(axis=1) == 1).all()
    assert ((y >= 0) == (x == MASK)).all()
    assert (y[y >= 0] >= PLAIN).all()


def test_fifteen_percent_of_the_words_are_chosen_and_of_these_four_fifths_covered():
    x, y = make("masked-retellings").batches(0, 0, 0, 4000)
    words = (x >= PLAIN) | (x == MASK)

    assert not (y[~words] >= 0).any()
    assert (y[words] >= 0).mean() == pytest.approx(0.15, abs=0.01)
    assert (x[y >= 0] == MASK).mean() == pytest.approx(0.8, abs=0.02)
    # A tenth stays; of the tenth that is replaced one in 47 is the same word again.
    assert (x[y >= 0] == y[y >= 0]).mean() == pytest.approx(0.1 + 0.1 / 47, abs=0.015)


def test_a_training_that_goes_on_reads_what_comes_behind_and_is_tested_alike():
    first, then = make("masked-retellings"), make("masked-retellings", after=10)

    np.testing.assert_array_equal(then.batches(0, 2, 3, 4), first.batches(0, 12, 3, 4))
    np.testing.assert_array_equal(then.test(0), first.test(0))
