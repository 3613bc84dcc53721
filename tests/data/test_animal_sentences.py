"""Sentences about animals: what agrees with what, and the figures of the best reader against a slow search."""

import re
from collections import Counter
from math import log2

import numpy as np
import pytest

from kdl import catalog
from kdl.data import animal_sentences as grammar

NUMBERS = {word: number for number, word in enumerate(grammar.WORDS)}


def drawn(count=400, words=15, tested=False):
    return grammar.examples(np.random.default_rng(3), count, words=words, tested=tested)


def first_sentences(texts, lengths):
    return {tuple(grammar.WORDS[number] for number in text[:length]) for text, length in zip(texts, lengths, strict=True)}


def test_it_has_the_counts_of_its_header():
    said = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", catalog.find("data", "animal-sentences").counts)]
    train, test = (len(grammar.part(tested)[0]) for tested in (False, True))

    words = len(set(grammar.WORDS)) - grammar.PLAIN
    assert said == [len(grammar.sentences()), grammar.SHORTEST, grammar.LONGEST, train, test, words]
    assert {len(sentence) for sentence in grammar.sentences()} >= {grammar.SHORTEST, grammar.LONGEST}
    assert sum(grammar.sentences().values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "text",
    [
        "A tired dog that the big farmers feed barked yesterday.",
        "Some lions that the king owns roar now.",
        "A goose honks often.",
    ],
)
def test_these_are_sentences(text):
    assert tuple(text.replace(".", " .").split()) in grammar.sentences()


@pytest.mark.parametrize(
    "text",
    [
        "A tired dogs that the big farmers feed barked yesterday.",
        "A tired dog that the big farmers feeds barked yesterday.",
        "A tired dog that the big farmers feed purred yesterday.",
        "A tired dog that the big farmers feed barks yesterday.",
        "A tired dog that the big farmers track and barks now.",
        "Some lions that the king owns roars now.",
    ],
)
def test_these_break_an_agreement(text):
    assert tuple(text.replace(".", " .").split()) not in grammar.sentences()


def test_no_sentence_to_test_is_one_to_train_on():
    """Neither whole nor as the first of a drawn text."""
    train, test = ({row.tobytes() for row in grammar.part(tested)[0]} for tested in (False, True))
    assert not train & test

    learned, asked = (first_sentences(*drawn(tested=tested)) for tested in (False, True))
    assert not learned & asked
    assert all(grammar.held_out(sentence) for sentence in asked)
    assert not any(grammar.held_out(sentence) for sentence in learned)


def test_a_text_is_whole_sentences_and_the_beginning_of_one():
    texts, lengths = drawn(words=23)

    assert (texts.shape, texts.dtype) == ((400, 23), np.int32)
    for text, length in zip(texts, lengths, strict=True):
        words = [grammar.WORDS[number] for number in text]
        ends = [place + 1 for place, word in enumerate(words) if word == grammar.STOP]
        assert ends[0] == length
        for begin, end in zip([0, *ends], ends, strict=False):
            assert tuple(words[begin:end]) in grammar.sentences()
        assert any(list(sentence[: 23 - ends[-1]]) == words[ends[-1] :] for sentence in grammar.sentences())


def test_sentences_come_as_often_as_the_grammar_says():
    """Three in four have a clause: of 4,000 a share of 0.75 is off by 0.007 as a rule, and the split moves it a little."""
    texts, lengths = drawn(count=4000)
    first = [text[:length] for text, length in zip(texts, lengths, strict=True)]

    assert np.mean([NUMBERS["that"] in one for one in first]) == pytest.approx(grammar.CLAUSE, abs=0.03)
    assert np.mean([one[0] == NUMBERS["A"] for one in first]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([one[-2] == NUMBERS["now"] for one in first]) == pytest.approx(0.25, abs=0.03)


def test_a_text_too_short_for_the_longest_sentence_is_refused():
    with pytest.raises(ValueError, match="at least 11.*Received: words=10"):
        drawn(words=10)


# ---- the best reader ---------------------------------------------------------------------------------------------------


def test_with_both_sides_only_adjectives_and_times_are_a_guess():
    """One adjective of four, one time of two; every other word follows from the rest. So of a sentence of L words and a
    adjectives L - 3/4 a - 1/2 are right on average."""
    expected = sum(
        p * (len(sentence) - 3 / 4 * sum(word in grammar.ADJECTIVES for word in sentence) - 1 / 2) / len(sentence)
        for sentence, p in grammar.sentences().items()
    )
    assert grammar.best_guess() == pytest.approx(expected)


def posterior(sentence, place, *, both_sides):
    """Chances of every word at one place, each put there in turn and its sentences looked for one by one."""
    chances = Counter()
    for other, p in grammar.sentences().items():
        fits = len(other) > place and other[:place] == sentence[:place]
        if fits and (not both_sides or other[place + 1 :] == sentence[place + 1 :]):
            chances[other[place]] += p / len(other)
    return chances


@pytest.mark.slow
@pytest.mark.parametrize("both_sides", [True, False])
def test_no_reader_guesses_more_by_searching_all_sentences(both_sides):
    """The chance of the best guess, at 600 places that are drawn as the task draws them; each by a search of its own."""
    rng, sentences = np.random.default_rng(3), list(grammar.sentences())
    p = np.array(list(grammar.sentences().values()))
    found = []
    for sentence in (sentences[k] for k in rng.choice(len(sentences), 600, p=p / p.sum())):
        chances = posterior(sentence, rng.integers(len(sentence)), both_sides=both_sides)
        found.append(max(chances.values()) / sum(chances.values()))

    assert np.mean(found) == pytest.approx(grammar.best_guess(both_sides), abs=4 * np.std(found) / 600**0.5)


def test_the_right_side_is_worth_a_third_of_all_words():
    assert grammar.best_guess() == pytest.approx(0.87, abs=0.005)
    assert grammar.best_guess(both_sides=False) == pytest.approx(0.54, abs=0.005)


def test_the_bits_of_a_sentence_are_those_of_the_choices_that_made_it():
    """Which article, animal, tense and time: 1 + 3 + 1 + 1. Adjective or none: 1, and 2 for which. Clause or none: H(3/4), and
    which person, how many, and an adjective: log2(5) + 1 + 1 + 1. Every choice can be read off, so that no bit is lost."""
    adjective = 1 + 1 / 2 * 2
    clause = -(3 / 4 * log2(3 / 4) + 1 / 4 * log2(1 / 4)) + 3 / 4 * (log2(5) + 1 + adjective)
    expected = 1 + 3 + 1 + 1 + adjective + clause

    assert sum(-p * log2(p) for p in grammar.sentences().values()) == pytest.approx(expected)
    assert grammar._next_words()[:, 2].sum() == pytest.approx(expected)


def test_the_next_word_of_a_text_is_as_hard_as_its_sentences_say():
    """The first word is A or Some: 1 bit, right in half of the cases. The second: no adjective, then one of 8 animals (4 bits
    with the choice), or one of 4 adjectives (3 bits); any adjective is the best guess, 1/8."""
    assert grammar.next_word(0) == pytest.approx((1 / 2, 1))
    assert grammar.next_word(1) == pytest.approx((1 / 8, 3.5))
    assert grammar.best_bits(2) == pytest.approx((1 + 3.5) / 2)


def test_far_into_a_text_a_word_costs_the_bits_of_a_sentence_over_its_words():
    """Where a sentence begins is then a matter of chance: the mean over places tends to H / L."""
    bits = sum(-p * log2(p) for p in grammar.sentences().values())
    words = sum(p * len(sentence) for sentence, p in grammar.sentences().items())

    assert np.mean([grammar.next_word(place)[1] for place in range(200, 400)]) == pytest.approx(bits / words, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("place", [4, 9, 14])
def test_the_bits_of_a_place_are_those_of_whole_texts_one_by_one(place):
    """Whoever reads 3,000 drawn texts and knows all sentences: p of each word, by a search for what may follow its sentence."""
    p = np.array(list(grammar.sentences().values()))
    whole, rng = list(grammar.sentences()), np.random.default_rng(3)
    begun = Counter()
    for sentence, chance in grammar.sentences().items():
        for read in range(len(sentence) + 1):
            begun[sentence[:read]] += chance
    costs = []
    for _ in range(3000):
        text = sum((whole[k] for k in rng.choice(len(whole), 4, p=p / p.sum())), ())[: place + 1]
        last = max((n + 1 for n, word in enumerate(text[:-1]) if word == grammar.STOP), default=0)
        costs.append(-log2(begun[text[last:]] / begun[text[last:-1]]))

    assert np.mean(costs) == pytest.approx(grammar.next_word(place)[1], abs=4 * np.std(costs) / 3000**0.5)
