"""What the tasks of tagging, of two questions and of brackets ask for."""

import numpy as np
import pytest

from kdl import catalog
from kdl.data import names13
from kdl.tasks import hidden_letter


def make(name, **options):
    return catalog.load(catalog.find("task", name)).make(**options)


def test_whoever_looks_one_step_back_solves_tagging_by_the_symbol_before():
    task = make("tag-by-previous", length=5, symbols=3)
    x, y = task.test(0)

    assert task.score(y, np.roll(x, 1, axis=1)) == 1.0
    assert task.score(y, np.roll(x, -1, axis=1)) < 0.4
    assert (y[:, 0] == -1).all()


def test_both_tagging_tasks_read_the_same_sequences():
    following, before = (make(name).batches(3, 1, 2, 8)[0] for name in ("tag-by-next", "tag-by-previous"))

    np.testing.assert_array_equal(following, before)


def test_one_letter_of_a_name_is_covered_and_is_the_answer():
    rows = hidden_letter.spelled(["abba", "cab"], list("abc"), 5)
    x, y = hidden_letter.covered(rows, np.random.default_rng(3), 3)

    assert x.shape == (2, 5, 4)
    np.testing.assert_array_equal(x.sum(axis=2), [[1, 1, 1, 1, 0], [1, 1, 1, 0, 0]])
    for name, seen, tags in zip(rows, x, y, strict=True):
        (at,) = np.flatnonzero(tags >= 0)
        assert tags[at] == name[at]
        assert seen[at].tolist() == [0, 0, 0, 1]
        others = np.delete(np.arange(5), at)
        np.testing.assert_array_equal(seen[others].argmax(axis=1)[name[others] >= 0], name[others][name[others] >= 0])


def test_every_letter_of_a_name_may_be_covered():
    rows = hidden_letter.spelled(["cab"] * 100, list("abc"), 3)
    _, y = hidden_letter.covered(rows, np.random.default_rng(3), 3)

    assert set((y >= 0).argmax(axis=1)) == {0, 1, 2}


def test_no_name_with_a_covered_letter_was_trained_on():
    train, test = ({names13.spell(name) for _, name in part} for part in names13.split())

    assert not train & test


def test_a_pool_has_no_more_examples_than_it_was_asked_for_and_they_are_the_seeds_own():
    task = make("close-brackets", pool=20)

    def drawn(seed):
        return {x.tobytes() for index in range(5) for x in task.batches(seed, 0, index, 64)[0]}

    assert len(drawn(3)) == 20
    assert not drawn(3) & drawn(4)


def test_without_a_pool_examples_are_always_new():
    x, _ = make("close-brackets").batches(3, 0, 0, 64)

    assert len({one.tobytes() for one in x}) == 64


@pytest.mark.parametrize("question", ["order", "count"])
def test_a_longer_sequence_than_the_longest_is_never_trained(question):
    x, _ = make("order-or-count", question=question, longest=11, places=21).batches(3, 0, 0, 64)

    assert x.shape == (64, 21, 4)
    assert not x[:, :10].any()
    assert x[:, 10].any()
