"""P73, both sides against the left: trying every word against a table that is known, and what the committed figure shows."""

import math

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.data import animal_sentences as grammar
from kdl.experiment import results
from kdl.pairs import _few_labels

CARD = catalog.find("pair", "P73")
P73 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def table(**likely):
    """`predict` of a reader that knows the next word by the last one alone: pairs that are listed are e times likelier."""
    logits = np.zeros((len(grammar.WORDS), len(grammar.WORDS)))
    for first, second in likely.items():
        logits[grammar.WORDS.index(first), [grammar.WORDS.index(word) for word in second.split()]] = 1
    return lambda x: logits[x]


def gap(*words, answer):
    """A text with a gap, and the answer as a reader from the left is asked for it."""
    x = np.array([[grammar.MARK, *(grammar.WORDS.index(word) for word in words)]])
    y = np.full(x.shape, -1)
    y[0, words.index("[MASK]")] = grammar.WORDS.index(answer)
    return x, y


@pytest.mark.parametrize(("right", "answer"), [("barks", "dog"), ("purrs", "cat")])
def test_trying_every_word_reads_what_stands_behind_the_gap(right, answer):
    """Of `A dog` and `A cat`, as likely from the left, the word behind decides; which one it is not is a wrong answer."""
    predict = table(A="dog cat", dog="barks", cat="purrs")

    assert P73.tried(predict, *gap("A", "[MASK]", right, answer=answer)) == 1
    assert P73.tried(predict, *gap("A", "[MASK]", right, answer="cow")) == 0


def test_trying_every_word_reads_what_stands_before_the_gap_too():
    """`howls` may follow wolf and dog alike; only `A` is followed by wolf."""
    predict = table(A="wolf", Some="dog", wolf="howls", dog="howls")

    assert P73.tried(predict, *gap("A", "[MASK]", "howls", answer="wolf")) == 1
    assert P73.tried(predict, *gap("Some", "[MASK]", "howls", answer="dog")) == 1


def test_both_arms_are_trained_on_the_same_texts_and_asked_for_the_same_gaps():
    bert, gpt = (catalog.load(catalog.find("task", arm.task)).make(**arm.options) for arm in P73.ARMS.values())
    (masked, asked), (read, _) = (task.batches(1000, 3, 5, 8) for task in (bert, gpt))

    np.testing.assert_array_equal(np.where(asked == -1, masked, asked), read)
    np.testing.assert_array_equal(bert.test(1000)[0], gpt.test(1000)[0])
    assert {name: value for name, value in vars(P73.ARMS["bert"]).items() if name in ("sizes", "options", "curve")} == {
        name: value for name, value in vars(P73.ARMS["gpt-1"]).items() if name in ("sizes", "options", "curve")
    }


def test_a_seed_is_trained_once_and_answers_under_every_condition(monkeypatch):
    """What one condition says of a seed does not depend on which was asked first, nor on the seeds between."""
    trainings = []

    def train(self, seed, condition):
        trainings.append(seed)
        return {"accuracy": seed}

    monkeypatch.setattr(P73.Trained, "__call__", train)
    monkeypatch.setattr(P73.Asked, "_asked", lambda self, found, seed: {"fill": found, "next": {"accuracy": -seed}})
    arm = P73.Asked(**vars(P73.ARMS["bert"]))

    assert [arm(3, "fill"), arm(3, "next"), arm(4, "next"), arm(3, "fill")] == [
        {"accuracy": 3},
        {"accuracy": -3},
        {"accuracy": -4},
        {"accuracy": 3},
    ]
    assert trainings == [3, 4, 3]


def test_the_worst_bits_are_those_of_who_knows_nothing():
    assert P73.BITS.worst == pytest.approx(math.log2(len(grammar.WORDS)))


def test_counts_of_the_words_tell_every_label():
    """So the labels ask what the mean of the states still shows of one word, and nothing about context."""
    one_hot = np.eye(len(grammar.WORDS))

    assert [_few_labels.accuracy(lambda x: one_hot[x], seed, P73.LENGTH) for seed in range(3)] == [1.0, 1.0, 1.0]


# ---- the committed run -------------------------------------------------------------------------------------------------


def test_the_sizes_in_its_explanation_are_those_that_the_result_tells(committed):
    told = [line for line in committed["result"]["fairness"]["told"] if line.startswith("parameters")]

    assert [line.rpartition(": ")[2] for line in told] == ["29,643 / 28,320"]
    assert "(29,643 and 28,320)" in " ".join(headers.body(CARD.path).split())


def test_no_reader_from_the_left_fills_more_gaps_than_the_grammar_allows(committed):
    """And none at all more than with both sides: 1,000 gaps, off by 0.016 and 0.011 as a rule; the mean of ten by a third."""
    scores = committed["scores"]
    left, both = (grammar.best_guess(both_sides) for both_sides in (False, True))

    assert np.mean(scores["accuracy"]["gpt-1"]["fill"]) < left + 4 * 0.016 / 10**0.5
    assert np.mean(scores["accuracy"]["bert"]["fill"]) < both + 4 * 0.011 / 10**0.5
    assert np.mean(scores["tried"]["gpt-1"]["fill"]) < both + 4 * 0.022 / 10**0.5


def test_nobody_needs_fewer_bits_for_the_next_word_than_it_costs(committed):
    """The last of 15 words, whose bits have a deviation of 1.5: the mean of 1,000 is off by 0.05, of ten runs by a third."""
    floor = grammar.next_word(14)[1]

    for arm in P73.ARMS:
        assert np.mean(committed["scores"]["bits"][arm]["next"]) > floor - 4 * 0.05 / 10**0.5


def test_the_figures_message_is_its_curves_at_two_places_and_its_levels_are_the_best_readers(committed):
    figure = committed["figure"]
    said = dict(part.split(": ") for part in figure["message"].partition(": ")[2].split("; "))

    assert said == {arm: f"{shares[P73.EARLY // 100 - 1]:.2f}, {shares[-1]:.2f}" for arm, shares in figure["series"].items()}
    assert list(figure["levels"].values()) == pytest.approx([grammar.best_guess(), grammar.best_guess(both_sides=False)])
