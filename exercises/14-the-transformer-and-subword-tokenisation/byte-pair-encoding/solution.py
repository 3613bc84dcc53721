"""Byte pair encoding in its plainest form: everything is counted anew for each merge.

`max` over (count, pair) settles ties by the pair itself. `min` over the places in the list of merges finds the one that was
learned first.

Cost: every merge goes over all symbols of the different words, so learning takes about merges times symbols. Libraries
remember which words hold a pair, and a merge then touches those alone. Encoding a word of n symbols takes at most n - 1
merges, each of which goes over the word: n squared, of a small n. The dict of ranks makes a look-up cheap;
`solution_alt_indices.py` goes through the list of merges instead, which costs its length again and again, and
`solution_alt_recursive.py` copies the rest of a word for every symbol, and ends where Python's stack of calls does.
"""

from collections import Counter
from itertools import pairwise


def count_pairs(words, counts):
    pairs = Counter()
    for word, count in zip(words, counts, strict=True):
        for left, right in pairwise(word):
            pairs[f"{left} {right}"] += count
    return dict(pairs)


def merge_pair(word, pair):
    left, right = pair.split(" ")
    merged, i = [], 0
    while i < len(word):
        if word[i : i + 2] == [left, right]:
            merged.append(left + right)
            i += 2
        else:
            merged.append(word[i])
            i += 1
    return merged


def learn(words, counts, num_merges):
    merges = []
    for _ in range(num_merges):
        pairs = count_pairs(words, counts)
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        words = [merge_pair(word, best) for word in words]
        merges.append(best)
    return merges


def encode(word, merges):
    rank = {pair: place for place, pair in enumerate(merges)}
    word = list(word)
    while True:
        known = [f"{left} {right}" for left, right in pairwise(word) if f"{left} {right}" in rank]
        if not known:
            return word
        word = merge_pair(word, min(known, key=rank.get))
