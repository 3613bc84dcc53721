"""misconception: the references together say how often a word may be paid for

means: counts_of_all_references_added
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
        allowed = Counter()
        for reference in references:
            allowed.update(ngrams(reference, n))
        cand = ngrams(candidate, n)
        matches.append(sum(min(cand[w], allowed[w]) for w in cand))
        totals.append(sum(cand.values()))
    return matches, totals


def brevity_penalty(candidate_lengths, reference_lengths):
    c = sum(candidate_lengths)
    r = 0
    for length, refs in zip(candidate_lengths, reference_lengths, strict=False):
        r += min(refs, key=lambda x: (abs(x - length), x))
    if c == 0:
        return 0.0
    return 1.0 if c > r else math.exp(1 - r / c)


def corpus_bleu(candidates, references):
    both = np.array([clipped_counts(c, r) for c, r in zip(candidates, references, strict=False)]).sum(axis=0)
    m, t = both
    if (m == 0).any() or (t == 0).any():
        return 0.0
    geometric = np.prod(m / t) ** 0.25
    lengths = [list(map(len, refs)) for refs in references]
    return float(geometric * brevity_penalty([len(c) for c in candidates], lengths))
