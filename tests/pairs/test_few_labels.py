"""The linear classifier on the answers of a language model: what it labels, and that its formula is right."""

import numpy as np
import pytest

from kdl.data import animal_sentences as grammar
from kdl.pairs import _few_labels

NOUNS = {noun: (kind, many) for kind, row in enumerate(grammar.ANIMALS) for many, noun in enumerate(row.split()[:2])}
VERBS = {row.split()[4]: kind for kind, row in enumerate(grammar.ANIMALS)}
ONE_HOT = np.eye(len(grammar.WORDS))


def sentences(seed, count, tested):
    """The first sentences of labelled texts as words, the place of the gap in each, and the labels."""
    x, places, classes = _few_labels.labelled(seed, count, length=16, tested=tested)
    words = [[grammar.WORDS[number] for number in row[1:]] for row in x]
    return [row[: row.index(grammar.STOP) + 1] for row in words], places - 1, classes


@pytest.mark.parametrize(("count", "tested"), [(50, False), (1000, True)])
def test_the_label_is_told_by_the_article_and_the_verb_together(count, tested):
    """And half of the labels are of either class; with the animal put back the sentence is one of the grammar."""
    words, places, classes = sentences(3, count, tested)

    assert classes.sum() == count / 2
    for sentence, place, first in zip(words, places, classes, strict=True):
        kind, many = next(VERBS[word] for word in sentence if word in VERBS), sentence[0] == "Some"
        assert ((kind < 4) != many) == first
        noun = next(noun for noun, known in NOUNS.items() if known == (kind, many))
        whole = (*sentence[:place], noun, *sentence[place + 1 :])
        assert sentence[place] == "[MASK]"
        assert whole in grammar.sentences()
        assert grammar.held_out(whole) == tested


def test_no_sentence_is_judged_that_was_labelled_and_each_seed_has_its_own():
    (labelled, *_), (other, *_), (judged, *_) = sentences(3, 50, False), sentences(4, 50, False), sentences(3, 1000, True)
    labelled, other = ({" ".join(sentence) for sentence in part} for part in (labelled, other))

    assert labelled != other
    assert len(judged) == 1000


def test_counts_of_the_words_tell_no_label():
    """Ten seeds of 1,000 sentences, half of each class: a guess is right in half; 0.03 is six deviations of the mean."""

    def counts(x, places):
        stop = x == grammar.WORDS.index(grammar.STOP)
        first = np.cumsum(stop, axis=1) - stop == 0
        return (ONE_HOT[x] * first[..., None]).sum(axis=1)

    assert np.mean([_few_labels.accuracy(counts, seed, 16) for seed in range(10)]) == pytest.approx(0.5, abs=0.03)


def test_whoever_puts_article_and_verb_together_tells_every_label_and_noise_none():
    """Of noise a guess is right in half of the cases, off by 0.016 as a rule."""

    def knowing(x, places):
        many = x[:, 1] == grammar.WORDS.index("Some")
        verbs = [grammar.WORDS.index(verb) for verb in VERBS]
        kind = np.array([next(verbs.index(number) for number in row if number in verbs) for row in x])
        return ((kind < 4) != many)[:, None]

    rng = np.random.default_rng(3)
    assert _few_labels.accuracy(knowing, 3, 16) == 1.0
    assert _few_labels.accuracy(lambda x, places: rng.normal(size=(len(x), 8)), 3, 16) == pytest.approx(0.5, abs=0.08)


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
