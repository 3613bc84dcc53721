"""misconception: a precision of 0 has no logarithm, so the mean is taken over the others

means: precisions_of_zero_left_out
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
    c = sum(candidate_lengths)
    r = 0
    for length, refs in zip(candidate_lengths, reference_lengths, strict=False):
        r += min(refs, key=lambda x: (abs(x - length), x))
    if c == 0:
        return 0.0
    return 1.0 if c > r else math.exp(1 - r / c)


def corpus_bleu(candidates, references):
    m_sum = np.zeros(4)
    t_sum = np.zeros(4)
    for cand, refs in zip(candidates, references, strict=False):
        m, t = clipped_counts(cand, refs)
        m_sum += m
        t_sum += t
    logs = []
    for m, t in zip(m_sum, t_sum, strict=False):
        if m > 0 and t > 0:
            logs.append(math.log(m / t))
    if not logs:
        return 0.0
    bp = brevity_penalty([len(c) for c in candidates], [[len(r) for r in refs] for refs in references])
    return bp * math.exp(sum(logs) / len(logs))
