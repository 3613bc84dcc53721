"""P73, both sides against the left: trying every word against a table that is known, and what the committed figure shows."""

import math

import numpy as np
import pytest

from kdl import catalog, headers
from kdl.data import animal_sentences as grammar
from kdl.experiment import results
from kdl.pairs import _readers

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

    assert _readers.tried(predict, *gap("A", "[MASK]", right, answer=answer)) == 1
    assert _readers.tried(predict, *gap("A", "[MASK]", right, answer="cow")) == 0


def test_trying_every_word_reads_what_stands_before_the_gap_too():
    """`howls` may follow wolf and dog alike; only `A` is followed by wolf."""
    predict = table(A="wolf", Some="dog", wolf="howls", dog="howls")

    assert _readers.tried(predict, *gap("A", "[MASK]", "howls", answer="wolf")) == 1
    assert _readers.tried(predict, *gap("Some", "[MASK]", "howls", answer="dog")) == 1


TRAINED = [P73.BERT, P73.GPT_1, P73.SELDOM]


def tasks():
    return [catalog.load(catalog.find("task", arm.task)).make(**arm.options) for arm in TRAINED]


def test_all_are_trained_on_the_same_texts_and_asked_for_the_same_gaps():
    bert, gpt, seldom = tasks()
    (masked, asked), (read, _), (less, _) = (task.batches(1000, 3, 5, 8) for task in (bert, gpt, seldom))

    np.testing.assert_array_equal(np.where(asked == -1, masked, asked), read)
    np.testing.assert_array_equal(less, read)
    for task in (gpt, seldom):
        np.testing.assert_array_equal(bert.test(1000)[0], task.test(1000)[0])


def differing(one, other):
    """What two arms are told otherwise."""
    one, other = vars(one), vars(other)
    return {name for name in one if one[name] != other[name] and not name.startswith("_")}


def test_asked_seldom_gpt_1_is_gpt_1_but_for_the_words_that_it_is_asked_for():
    """At the same rate and for as many steps; and it is asked for the words of BERT, each one place before it."""
    assert differing(P73.GPT_1_EARLY, P73.SELDOM) == {"options", "asked"}
    assert {**P73.GPT_1_EARLY.options, "chosen": True} == P73.SELDOM.options
    covered, asked = (task.batches(1000, 3, 5, 64)[1] for task in (tasks()[0], tasks()[2]))
    np.testing.assert_array_equal(asked[:, :-1], covered[:, 1:])


def test_a_short_training_is_a_long_one_but_for_its_steps_and_has_one_rate_for_all():
    """BERT's is the beginning of its long one: its rate is the same and has no schedule."""
    for long, short in ((P73.BERT, P73.BERT_EARLY), (P73.GPT_1, P73.GPT_1_EARLY)):
        assert differing(long, short) == {"recipe", "asked"}
        assert long.schedule is None
        assert {**long.recipe, "steps": P73.EARLY, "learning_rate": 0.01} == short.recipe


def test_the_answer_that_labels_are_told_by_is_the_one_given_for_the_gap(monkeypatch, keras):
    """BERT says at a place what stands there, GPT-1 at the place before: logits that name their own place show it."""
    from kdl.pairs import _few_labels

    x, places = np.zeros((2, 5), np.int32), np.array([2, 4])
    monkeypatch.setattr(_few_labels, "accuracy", lambda answers, seed, length: answers(x, places).argmax(axis=-1).tolist())

    def model(x):
        return keras.ops.convert_to_tensor(np.broadcast_to(10.0 * np.eye(5), (2, 5, 5)))

    assert _readers.told(model, True, 0) == [2, 4]
    assert _readers.told(model, False, 0) == [1, 3]


def test_names_of_conditions_go_into_the_head_of_a_narrow_table():
    assert max(map(len, P73.CONDITIONS.values())) <= 10


def test_the_worst_bits_are_those_of_who_knows_nothing():
    assert P73.BITS.worst == pytest.approx(math.log2(len(grammar.WORDS)))


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

    early = {arm: np.mean(committed["scores"]["accuracy"][arm]["early"]) for arm in P73.ARMS}
    assert said == {
        **{arm: f"{shares[P73.EARLY // 100 - 1]:.2f}, {shares[-1]:.2f}" for arm, shares in figure["series"].items()},
        **{f"{arm}, trained for {P73.EARLY} steps alone": f"{share:.2f}" for arm, share in early.items()},
    }
    assert list(figure["levels"].values()) == pytest.approx([grammar.best_guess(), grammar.best_guess(both_sides=False)])


def test_berts_share_after_200_steps_is_a_point_of_the_figure(committed):
    """Of trainings that end there, and of those that go on: the same numbers, of which the figure keeps four digits."""
    shares = committed["figure"]["series"]["bert"]
    assert shares[P73.EARLY // 100 - 1] == pytest.approx(np.mean(committed["scores"]["accuracy"]["bert"]["early"]), rel=1e-3)


def test_the_second_figure_has_what_the_verdict_of_the_crossing_stands_on(committed):
    bits, (below,) = committed["scores"]["bits"], committed["figure"]["more"]

    for arm, paid in below["series"].items():
        assert paid == pytest.approx([np.mean(bits[arm][trade]) for trade in ("fill", "next")], rel=1e-3)
    said = dict(part.split(": ") for part in below["message"].partition(": ")[2].split("; "))
    assert said == {arm: f"{one:.2f}, {two:.2f}" for arm, (one, two) in below["series"].items()}
