"""Sentences that tell the same in other words: read back by a reader of its own, what is alike, what is kept for testing."""

import itertools
import re
from functools import lru_cache

import numpy as np
import pytest

from kdl import catalog
from kdl.data import retellings as grammar

MEANS = {
    word: (kind, number)
    for kind, rows in (("animal", grammar.ANIMALS), ("trait", grammar.TRAITS), ("deed", grammar.DEEDS), ("time", grammar.TIMES))
    for number, row in enumerate(rows)
    for word in row.split()
}


@lru_cache(maxsize=1)
def every():
    """All meanings (n, 6), counted one by one."""
    rows = np.array(list(itertools.product(*map(range, grammar.SIZES))))
    return rows[rows[:, grammar.AGENT] != rows[:, grammar.PATIENT]]


def understood(text):
    """The six facts of a sentence, from its words."""
    time = MEANS[re.search(r"\bat (\w+)", text)[1]][1]
    clause = re.sub(r"\bat \w+", "", text).replace(".", "").split()
    passive = "was" in clause
    deed = next(MEANS[word][1] for word in clause if MEANS.get(word, "-")[0] == "deed")
    groups, groups_of = [], [part.split() for part in " ".join(clause).split("the")][1:]
    for words in groups_of:
        known = dict(MEANS[word] for word in words if word in MEANS and MEANS[word][0] != "deed")
        groups.append((known["animal"], known.get("trait", grammar.NO_TRAIT)))
    agent, patient = groups[::-1] if passive else groups
    return (*agent, deed, *patient, time)


def test_it_has_the_counts_of_its_header():
    said = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", catalog.find("data", "retellings").counts)]
    kept = int(grammar.held_out(every()).sum())
    # For each fact one of two words, unless it is a trait that is not told; four orders.
    ways = {2 ** (6 - (row[1] == grammar.NO_TRAIT) - (row[4] == grammar.NO_TRAIT)) * 4 for row in every()}

    words = len(set(grammar.WORDS)) - len({"", "[MASK]"})
    assert said == [len(every()), len(every()) - kept, kept, min(ways), max(ways), words]
    assert len(set(grammar.number(every()))) == len(every())


def test_the_examples_of_its_page_tell_what_is_said_of_them():
    dog = understood("the big dog chased the cat at dawn .")

    assert dog == understood("at sunrise the cat was pursued by the large hound .")
    assert understood("the cat chased the big dog at dawn .") == tuple(np.array(dog)[list(grammar.EXCHANGE)])


def test_every_way_of_telling_a_meaning_can_be_understood():
    rng = np.random.default_rng(0)
    meaning = grammar.meanings(rng, 400)
    rows = grammar.told(meaning, grammar.ways(rng, 400))

    assert rows.shape == (400, grammar.LONGEST)
    assert [understood(grammar.shown(row)) for row in rows] == [tuple(one) for one in meaning]
    for row in rows:
        end = int((row == grammar.STOP).argmax())
        assert (row[:end] >= grammar.PLAIN).all() and (row[end + 1 :] == grammar.FILL).all()


@pytest.mark.parametrize("tested", [False, True])
def test_pairs_are_as_alike_as_a_reader_finds_them_and_of_one_part(tested):
    words, share = grammar.pairs(np.random.default_rng(1), 300, tested=tested)
    read = np.array([[understood(grammar.shown(row)) for row in pair] for pair in words])

    np.testing.assert_allclose(share, (read[:, 0] == read[:, 1]).mean(axis=1))
    assert (grammar.held_out(read.reshape(-1, 6)) == tested).all()
    assert (read[..., grammar.AGENT] != read[..., grammar.PATIENT]).all()
    assert set(np.round(share * 6)) == set(range(7))


@pytest.mark.parametrize("tested", [False, True])
def test_every_number_of_facts_is_common_to_some_pairs_in_thirty(tested):
    share = grammar.pairs(np.random.default_rng(2), 3000, tested=tested)[1]

    assert (np.bincount(np.round(share * 6).astype(int), minlength=7) / 3000 > 1 / 30).all()


def test_a_riddle_has_the_same_words_twice_and_the_same_meaning_twice():
    first, again, exchanged = grammar.riddles(np.random.default_rng(3), 200, tested=True)
    meanings = [[understood(grammar.shown(row)) for row in rows] for rows in (first, again, exchanged)]

    np.testing.assert_array_equal(np.sort(first, axis=1), np.sort(exchanged, axis=1))
    assert meanings[0] == meanings[1]
    assert all(
        tuple(np.array(one)[list(grammar.EXCHANGE)]) == other for one, other in zip(meanings[0], meanings[2], strict=True)
    )
    assert (first != again).any(axis=1).mean() > 0.95


def test_facts_hang_together_as_often_as_is_said():
    """A deed has its own time with FAVOUR, and by chance in a third of the other cases."""
    drawn = grammar.meanings(np.random.default_rng(4), 4000)
    usual = (drawn[:, grammar.TIME] == drawn[:, grammar.DEED] % 3).mean()

    assert usual == pytest.approx(grammar.FAVOUR + (1 - grammar.FAVOUR) / 3, abs=0.03)
    assert (drawn[:, grammar.AGENT_TRAIT] == grammar.NO_TRAIT).mean() == pytest.approx(1 / 2, abs=0.03)
