"""misconception: of two references that are equally close the first one in the list counts

means: first_of_two_equally_close
"""

import math
from collections import Counter

import numpy as np


def ngrams(sentence, n):
    """Every group of n tokens side by side, as a tuple, and how often it stands in the sentence."""
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches = [0] * 4
    totals = [0] * 4
    for n in (1, 2, 3, 4):
        ceiling = Counter()
        for ref in references:
            ceiling |= ngrams(ref, n)
        found = ngrams(candidate, n)
        matches[n - 1] = sum((found & ceiling).values())
        totals[n - 1] = max(len(candidate) - n + 1, 0)
    return matches, totals


def brevity_penalty(candidate_lengths, reference_lengths):
    c, r = 0, 0
    for cand, refs in zip(candidate_lengths, reference_lengths, strict=False):
        distances = [abs(cand - x) for x in refs]
        r += refs[distances.index(min(distances))]
        c += cand
    if c == 0:
        return 0.0
    return min(1.0, math.exp(1 - r / c))


def corpus_bleu(candidates, references):
    both = np.array([clipped_counts(c, r) for c, r in zip(candidates, references, strict=False)]).sum(axis=0)
    m, t = both
    if (m == 0).any() or (t == 0).any():
        return 0.0
    geometric = np.prod(m / t) ** 0.25
    lengths = [list(map(len, refs)) for refs in references]
    return float(geometric * brevity_penalty([len(c) for c in candidates], lengths))
