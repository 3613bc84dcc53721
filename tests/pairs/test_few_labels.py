"""The linear classifier on the states of a language model: what it labels, what it averages, and that its formula is right."""

import numpy as np
import pytest

from kdl.data import animal_sentences as grammar
from kdl.pairs import _few_labels


def sentences(seed, count, tested):
    """The first sentences of labelled texts as words, with their labels."""
    x, lengths, several = _few_labels.labelled(seed, count, length=16, tested=tested)
    words = [[grammar.WORDS[number] for number in row[1 : length + 1]] for row, length in zip(x, lengths, strict=True)]
    return words, several


@pytest.mark.parametrize(("count", "tested"), [(50, False), (1000, True)])
def test_the_label_says_whether_several_persons_act(count, tested):
    words, several = sentences(3, count, tested)
    nouns = {noun: bool(many) for row in grammar.PERSONS for many, noun in enumerate(row.split()[:2])}

    assert len(words) == len(several) == count
    assert [next(nouns[word] for word in sentence if word in nouns) for sentence in words] == several.tolist()
    assert 0.25 < several.mean() < 0.75


def test_no_sentence_is_judged_that_was_labelled_and_each_seed_has_its_own():
    (labelled, _), (other, _), (judged, _) = sentences(3, 50, False), sentences(4, 50, False), sentences(3, 1000, True)
    labelled, other, judged = ({" ".join(sentence) for sentence in part} for part in (labelled, other, judged))

    assert not labelled & judged
    assert labelled != other


def test_a_sentence_is_the_mean_of_its_words_and_not_of_what_surrounds_them():
    """Place 0 is the mark, place 3 belongs to the next sentence: (1 + 2) / 2."""
    states = np.array([[[100.0], [1.0], [2.0], [100.0]]])

    np.testing.assert_array_equal(_few_labels.means(states, np.array([2])), [[1.5]])


def test_states_that_say_it_are_told_and_states_that_say_nothing_are_not():
    """One-hot words say it after 50 labels; noise is right in half of the cases, off by 0.016 as a rule of 1,000."""
    rng = np.random.default_rng(3)

    def several(x):
        return np.isin(x, [grammar.WORDS.index(row.split()[1]) for row in grammar.PERSONS])[..., None].astype(float)

    assert _few_labels.accuracy(several, 3, 16) == 1.0
    assert _few_labels.accuracy(lambda x: rng.normal(size=(*x.shape, 8)), 3, 16) == pytest.approx(0.5, abs=0.08)


def test_the_fit_is_the_one_that_leaving_out_each_example_in_turn_would_choose():
    """By 12 x 7 regressions in the usual form, each with an example less."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(12, 5)), rng.choice([-1.0, 1.0], 12)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)

    def regression(rows, penalty):
        columns = np.column_stack([np.ones(len(rows)), scaled[rows]])
        return np.linalg.solve(columns.T @ columns + penalty * np.diag([0, 1, 1, 1, 1, 1]), columns.T @ y[rows])

    def error(penalty):
        every = np.arange(12)
        told = [regression(every[every != row], penalty) for row in every]
        return sum((y[row] - np.append(1, scaled[row]) @ one) ** 2 for row, one in enumerate(told))

    best = min((5 * penalty for penalty in _few_labels.PENALTIES), key=error)
    weights = regression(np.arange(12), best)
    new = rng.normal(size=(4, 5))
    expected = weights[0] + (new - x.mean(axis=0)) / x.std(axis=0) @ weights[1:]

    np.testing.assert_allclose(_few_labels.fitted(x, y)(new), expected)


def test_a_state_that_never_changes_is_no_fault():
    x = np.column_stack([np.ones(6), [-1, 1, -1, 1, -1, 1]])

    assert (_few_labels.fitted(x, x[:, 1])(x) * x[:, 1] > 0).all()
