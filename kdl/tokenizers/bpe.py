"""
title: Byte pair encoding
entry: bpe
paper: Sennrich, Haddow, Birch, "Neural machine translation of rare words with subword units", 2016; the compression: Gage,
    "A new algorithm for data compression", 1994
year: 2016
makes: tokenizer

Problem. A vocabulary of words is never complete: names, numbers and new compounds come out as "unknown". One of characters
is complete, but makes sequences several times as long. Something between the two is wanted, chosen by the data.

Idea. Start from characters. Count every pair of neighbours, merge the most frequent pair into one new symbol wherever it
stands, and count again. The list of merges, in order, is all that is learned.

    count(a, b) = sum over words of  count(word) * (how often b follows a in word)
    best        = the pair with the largest count
    word        = word with every  a b  replaced by  ab, from the left

Pairs are counted inside words only, so a word is stored once with its count, and no merge crosses a space. A word's last
character carries "</w>", so that "est" at an end and "est" in the middle are different symbols, and a text can be put
together again. Vocabulary: the characters and one symbol for each merge.

A new word is encoded by the same merges in the same order:

    while a pair of the word has been learned:
        merge, wherever it stands, the pair that was learned first

That is not the longest match from the left: with the merges (b, c), (a, b) and (ab, c), "abc" gives a bc, though abc is a
symbol. A character that was never seen is unknown; byte_level_bpe.py mends it.

Ties. The paper leaves open which of equally frequent pairs is merged. Here, as in the authors' toolkit (subword-nmt), it is
the one that is largest in alphabetical order; other libraries choose otherwise, and their vocabularies differ.

Differs from Gage's compression: that replaces a pair of bytes by a byte that is unused; here symbols are added, and what is
kept is the list of merges, not the text.
"""

from __future__ import annotations

import itertools
import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from kdl.tokenizers import Tokenizer

Pair = tuple[str, str]

END = "</w>"
UNKNOWN = "<unk>"


def make(counts: Mapping[str, int], num_merges: int) -> BPE:
    """A tokenizer with the merges learned from words and their counts."""
    words = {spelled(word): count for word, count in counts.items() if word}
    return BPE(learn(words, num_merges), {symbol for word in words for symbol in word})


def spelled(word: str) -> tuple[str, ...]:
    """`low` -> `("l", "o", "w</w>")`."""
    return (*word[:-1], word[-1] + END)


# ---- learning --------------------------------------------------------------------------------------------------------


def learn(
    words: Mapping[tuple[str, ...], int],
    num_merges: int,
    score: Callable[[int, int, int, int], float] = lambda together, *_: together,
    concat: Callable[[str, str], str] = operator.add,
) -> list[Pair]:
    """The merges, first to last; fewer than `num_merges` where every word has become one symbol.

    Args:
        words: symbols of a word -> its count.
        score: how much a pair deserves it, from the counts of the pair, of its left and its right symbol, and of all symbols;
            BPE: its count. Where both symbols are the same, the right one counts 0.
        concat: the symbol that a pair becomes.
    """
    if num_merges < 0:
        raise ValueError(f"num_merges must be at least 0. Received: num_merges={num_merges}")
    spelling, count = [list(word) for word in words], list(words.values())
    pairs, singles, where, merges = Counter(), Counter(), defaultdict(set), []

    def add(i: int, sign: int) -> None:
        """Count a word, or take it out of the counts."""
        for pair in itertools.pairwise(spelling[i]):
            pairs[pair] += sign * count[i]
            where[pair].add(i)
        for symbol in spelling[i]:
            singles[symbol] += sign * count[i]

    def deserves(pair: Pair) -> tuple[float, Pair]:
        left, right = pair
        return score(pairs[pair], singles[left], singles[right] if left != right else 0, total), pair

    for i in range(len(spelling)):
        add(i, 1)
    while len(merges) < num_merges and pairs:
        total = singles.total()
        best = max(pairs, key=deserves)
        for i in where.pop(best):  # only the words in which the pair stands, or once stood, change
            add(i, -1)
            spelling[i] = merged(spelling[i], best, concat(*best))
            add(i, 1)
        pairs = +pairs  # without the pairs that are gone
        merges.append(best)
    return merges


def merged(symbols: Sequence[str], pair: Pair, new: str) -> list[str]:
    """The symbols with every `pair` replaced by `new`, from the left: a a a -> aa a."""
    out, i = [], 0
    while i < len(symbols):
        found = tuple(symbols[i : i + 2]) == pair
        out.append(new if found else symbols[i])
        i += 2 if found else 1
    return out


# ---- encoding --------------------------------------------------------------------------------------------------------


def by_rank(symbols: Sequence[str], ranks: Mapping[Pair, int]) -> list[str]:
    """The symbols after all merges, the one that was learned first always first.

    All places of a pair are merged at once. One place at a time gives the same, as long as no symbol is part of a merge
    before the last merge that makes it: then what a merge makes is merged further by later ones only.
    """
    symbols = list(symbols)
    while known := [pair for pair in itertools.pairwise(symbols) if pair in ranks]:
        first = min(known, key=ranks.__getitem__)
        symbols = merged(symbols, first, "".join(first))
    return symbols


class BPE(Tokenizer):
    """Words at white space, then symbols by the learned merges.

    Args:
        merges: pairs, first learned first.
        alphabet: the symbols that are no merge: characters, some with "</w>".
    """

    def __init__(self, merges: Sequence[Pair], alphabet):
        symbols = [UNKNOWN, *sorted(alphabet), *("".join(pair) for pair in merges)]
        super().__init__({symbol: number for number, symbol in enumerate(dict.fromkeys(symbols))}, [UNKNOWN])
        self.merges, self.ranks = list(merges), {pair: rank for rank, pair in enumerate(merges)}

    def pieces(self, text):
        found = [piece for word in text.split() for piece in by_rank(spelled(word), self.ranks)]
        return [piece if piece in self.vocab else UNKNOWN for piece in found]

    def joined(self, pieces):
        return "".join(pieces).replace(END, " ").strip()
