"""What the tokenizers learn, against subword-nmt and against counting anew."""

import collections
import itertools
import math
import random

import pytest

from kdl.tokenizers import bpe, wordpiece


def oracle(name):
    """The test counts as proof of `name` against an independent computation."""

    def mark(test):
        for one in (pytest.mark.parametrize("name", [name]), pytest.mark.content, pytest.mark.oracle):
            test = one(test)
        return test

    return mark


@oracle("bpe")
def test_the_merges_are_those_of_the_authors_toolkit(name, said):
    """Twenty sets of words over few letters, so that pairs overlap (a a a) and counts tie; up to 40 merges each."""
    for counts, merges in said["learned"]:
        assert [list(pair) for pair in bpe.make(counts, 40).merges] == merges


@oracle("bpe")
def test_the_example_of_the_paper(name):
    """Sennrich et al., algorithm 1, with "</w>" on the last letter: "e s" and "s t</w>" stand in 9 words, and "s" is larger."""
    made = bpe.make({"low": 5, "lower": 2, "newest": 6, "widest": 3}, 4)

    assert made.merges == [("s", "t</w>"), ("e", "st</w>"), ("l", "o"), ("w", "est</w>")]
    assert made.tokens("lowest slob") == ["lo", "west</w>", "s", "lo", "<unk>"]


def replaced(word, pair, new):
    """A word with a pair of its symbols replaced, as a text: each symbol between two spaces of its own."""
    text = "".join(f" {symbol} " for symbol in word)
    return tuple(text.replace(" {}  {} ".format(*pair), f" {new} ").split())


def learned_anew(words, num_merges, score, concat):
    """The same, counting everything again for each merge."""
    words, merges = dict(words), []
    for _ in range(num_merges):
        pairs, singles = collections.Counter(), collections.Counter()
        for word, count in words.items():
            for symbol in word:
                singles[symbol] += count
            for pair in itertools.pairwise(word):
                pairs[pair] += count
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (score(pair, pairs, singles), pair))
        changed = collections.Counter()
        for word, count in words.items():
            changed[replaced(word, best, concat(*best))] += count
        words = changed
        merges.append(best)
    return merges


def likelihood(words):
    singles = collections.Counter()
    for word, count in words.items():
        for symbol in word:
            singles[symbol] += count
    return sum(n * math.log(n / singles.total()) for n in singles.values())


@oracle("wordpiece")
@pytest.mark.parametrize("seed", range(6))
def test_a_merge_gains_what_the_likelihood_of_the_text_gains(name, seed):
    """Every letter of a word is another, so that no occurrences overlap; the text is split anew and its likelihood summed."""
    rng = random.Random(seed)
    words = {tuple(rng.sample("abcdef", rng.randint(2, 5))): rng.randint(1, 9) for _ in range(12)}
    before, pairs = likelihood(words), collections.Counter()
    singles = collections.Counter(symbol for word, count in words.items() for symbol in word * count)
    for word, count in words.items():
        for pair in itertools.pairwise(word):
            pairs[pair] += count
    for (a, b), together in pairs.items():
        after = likelihood({replaced(word, (a, b), a + b): count for word, count in words.items()})
        assert wordpiece.gain(together, singles[a], singles[b], singles.total()) == pytest.approx(after - before, abs=1e-9)


@oracle("wordpiece")
def test_the_gain_of_a_rare_pair_is_as_its_header_says(name):
    """Relative error of the order of n_ab / n_a: here 10 / 30,000."""
    n_ab, n_a, n_b, n = 10, 30_000, 40_000, 10_000_000

    assert wordpiece.gain(n_ab, n_a, n_b, n) == pytest.approx(n_ab * (math.log(n * n_ab / (n_a * n_b)) - 1), rel=2e-3)


@oracle("wordpiece")
@pytest.mark.parametrize("seed", range(6))
def test_counting_only_what_changed_changes_nothing(name, seed):
    rng = random.Random(seed)
    words = {}
    for _ in range(30):
        letters = [rng.choice("abcd") for _ in range(rng.randint(1, 8))]
        words[(letters[0], *("##" + one for one in letters[1:]))] = rng.randint(1, 9)

    def gain(pair, pairs, singles):
        a, b = pair
        return wordpiece.gain(pairs[pair], singles[a], singles[b] if a != b else 0, singles.total())

    expected = learned_anew(words, 25, gain, wordpiece.concat)

    assert bpe.learn(words, 25, wordpiece.gain, wordpiece.concat) == expected


@oracle("wordpiece")
def test_the_gain_and_the_count_choose_differently(name):
    """E077. "ab" is the most frequent, 6 times, of frequent letters; x and y stand nowhere but in the 5 "xy"."""
    counts = {"ab": 6, "xy": 5, "ca": 3, "da": 3, "ea": 3, "bc": 3, "bd": 3, "be": 3, "ac": 3, "ad": 3, "cb": 3, "db": 3}

    assert bpe.make(counts, 1).merges == [("a", "b</w>")]
    assert wordpiece.make(counts, 1).vocab.keys() - wordpiece.make(counts, 0).vocab.keys() == {"xy"}
