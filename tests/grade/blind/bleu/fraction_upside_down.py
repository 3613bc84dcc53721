"""misconception: slip: the penalty has c / r where r / c is meant

means: ratio_turned_round
"""

import math
from collections import Counter

import numpy as np


def ngrams(sentence, n):
    """Every group of n tokens side by side, as a tuple, and how often it stands in the sentence."""
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches, totals = [], []
    for n in range(1, 5):
        mine = ngrams(candidate, n)
        theirs = [ngrams(r, n) for r in references]
        matches.append(sum(min(count, max(t[w] for t in theirs)) for w, count in mine.items()))
        totals.append(sum(mine.values()))
    return matches, totals


def brevity_penalty(candidate_lengths, reference_lengths):
    r = 0
    for i, c_len in enumerate(candidate_lengths):
        r += min(sorted(reference_lengths[i]), key=lambda x: abs(x - c_len))
    c = sum(candidate_lengths)
    if c == 0:
        return 0.0
    if c > r:
        return 1.0
    return math.exp(1 - c / r)


def corpus_bleu(candidates, references):
    both = np.array([clipped_counts(c, r) for c, r in zip(candidates, references, strict=False)]).sum(axis=0)
    m, t = both
    if (m == 0).any() or (t == 0).any():
        return 0.0
    geometric = np.prod(m / t) ** 0.25
    lengths = [list(map(len, refs)) for refs in references]
    return float(geometric * brevity_penalty([len(c) for c in candidates], lengths))
