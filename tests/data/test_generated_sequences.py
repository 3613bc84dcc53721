"""The generated sequences whose answer is worked out from many symbols: it is the one that a slow reader finds."""

import numpy as np
import pytest

from kdl.data import brackets, two_questions


def read(row):
    """One filled-up sequence (T, 4) -> its letters."""
    return "".join(two_questions.SYMBOLS[step.argmax()] for step in row if step.any())


def asked(question, **options):
    return two_questions.examples(
        np.random.default_rng(3), 400, question=question, **{"shortest": 3, "longest": 9, "places": 12, **options}
    )


def test_a_and_b_occur_once_and_every_odd_length_occurs():
    x, _ = asked("order")
    texts = [read(row) for row in x]

    assert {(text.count("A"), text.count("B")) for text in texts} == {(1, 1)}
    assert {len(text) for text in texts} == {3, 5, 7, 9}


def test_the_answers_are_those_of_a_reader():
    x, first = asked("order")
    same, more = asked("count")
    texts = [read(row) for row in x]

    np.testing.assert_array_equal(x, same)
    assert first.tolist() == [int(text.index("A") < text.index("B")) for text in texts]
    assert more.tolist() == [int(text.count("C") > text.count("D")) for text in texts]


def test_sequences_are_filled_up_in_front():
    x, _ = asked("order")
    used = x.any(axis=2)

    assert used[:, -3:].all()
    assert not used[:, :3].any()
    assert (np.diff(used.astype(int), axis=1) >= 0).all()


@pytest.mark.parametrize("question", two_questions.QUESTIONS)
def test_yes_and_no_are_equally_likely(question):
    """400 fair coins: the share is off by 0.025 as a rule, by four times that hardly ever."""
    assert asked(question)[1].mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("question", "options"), [("order", {"longest": 8}), ("order", {"longest": 13}), ("order", {"shortest": 1}), ("why", {})]
)
def test_a_question_that_cannot_be_asked_is_refused(question, options):
    with pytest.raises(ValueError, match="Received"):
        asked(question, **options)


def rows(**options):
    x, y = brackets.examples(np.random.default_rng(3), 300, **{"length": 15, "depth": 4, "kinds": 3, **options})
    return x.argmax(axis=-1), y


def open_at_the_end(row, kinds):
    """The stack of a slow reader, and the largest it ever was."""
    stack, highest = [], 0
    for symbol in row:
        if symbol < kinds:
            stack.append(symbol)
        else:
            assert stack.pop() == symbol - kinds
        highest = max(highest, len(stack))
    return stack, highest


def test_brackets_match_and_the_answer_is_the_innermost_open_one():
    symbols, due = rows()
    stacks = [open_at_the_end(row, 3) for row in symbols]

    assert [stack[-1] for stack, _ in stacks] == due.tolist()
    assert max(highest for _, highest in stacks) == 4
    assert (symbols[:, -1] >= 3).all()


def test_a_depth_of_2_is_kept_and_every_kind_is_due_as_often():
    symbols, due = rows(depth=2)

    assert max(open_at_the_end(row, 3)[1] for row in symbols) == 2
    assert np.bincount(due) / len(due) == pytest.approx([1 / 3] * 3, abs=0.1)


@pytest.mark.parametrize("options", [{"length": 14}, {"length": 1}, {"depth": 1}, {"kinds": 1}])
def test_brackets_that_cannot_be_drawn_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        rows(**options)
