"""BLEU as the paper defines it, with a Counter for each sentence and each n.

`a | b` of two Counters keeps the larger count of each n-gram, which is the ceiling over the references; `a & b` keeps the
smaller one, which is the clipping. Cost: one pass over every sentence for each n. Counts and lengths add up sentence by
sentence, so a large corpus need not be held in memory at once.
"""

import math
from collections import Counter


def ngrams(sentence, n):
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches, totals = [], []
    for n in (1, 2, 3, 4):
        counts, ceiling = ngrams(candidate, n), Counter()
        for reference in references:
            ceiling |= ngrams(reference, n)
        matches.append((counts & ceiling).total())
        totals.append(counts.total())
    return matches, totals


def brevity_penalty(candidate_lengths, reference_lengths):
    c = sum(candidate_lengths)
    r = 0
    for length, others in zip(candidate_lengths, reference_lengths, strict=True):
        r += min(others, key=lambda other: (abs(other - length), other))
    if c == 0:
        return 0.0
    return 1.0 if c > r else math.exp(1 - r / c)


def corpus_bleu(candidates, references):
    matches, totals = [0] * 4, [0] * 4
    for candidate, others in zip(candidates, references, strict=True):
        for n, (found, there) in enumerate(zip(*clipped_counts(candidate, others), strict=True)):
            matches[n] += found
            totals[n] += there
    if 0 in matches:
        return 0.0
    mean = sum(math.log(found / there) for found, there in zip(matches, totals, strict=True)) / 4
    penalty = brevity_penalty([len(one) for one in candidates], [[len(one) for one in many] for many in references])
    return penalty * math.exp(mean)
