"""misconception: matches are counted against the one reference that fits best, and the four precisions are averaged

means: best_single_reference, arithmetic_mean_of_the_precisions, several
"""

import math
from collections import Counter


def ngrams(sentence, n):
    """Every group of n tokens side by side, as a tuple, and how often it stands in the sentence."""
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches, totals = [], []
    for n in range(1, 5):
        cand = ngrams(candidate, n)
        per_reference = [sum((cand & ngrams(ref, n)).values()) for ref in references]
        matches.append(max(per_reference))
        totals.append(sum(cand.values()))
    return matches, totals


def closest(length, options):
    best = None
    for option in sorted(options):
        if best is None or abs(option - length) < abs(best - length):
            best = option
    return best


def brevity_penalty(candidate_lengths, reference_lengths):
    c = sum(candidate_lengths)
    r = sum(closest(a, b) for a, b in zip(candidate_lengths, reference_lengths, strict=False))
    if c == 0:
        return 0.0
    if c > r:
        return 1.0
    return math.exp(1 - r / c)


def corpus_bleu(candidates, references):
    matches = [0] * 4
    totals = [0] * 4
    for s in range(len(candidates)):
        m, t = clipped_counts(candidates[s], references[s])
        matches = [a + b for a, b in zip(matches, m, strict=False)]
        totals = [a + b for a, b in zip(totals, t, strict=False)]
    precisions = []
    for m, t in zip(matches, totals, strict=False):
        if m == 0 or t == 0:
            return 0.0
        precisions.append(m / t)
    penalty = brevity_penalty([len(c) for c in candidates], [[len(r) for r in rs] for rs in references])
    return penalty * sum(precisions) / 4
