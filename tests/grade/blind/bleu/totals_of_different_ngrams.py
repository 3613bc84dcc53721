"""misconception: the total is the number of different n-grams of the candidate

means: different_ngrams_only
"""

import math
from collections import Counter


def ngrams(sentence, n):
    """Every group of n tokens side by side, as a tuple, and how often it stands in the sentence."""
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches, totals = [], []
    for n in range(1, 5):
        counts = ngrams(candidate, n)
        ref_counts = [ngrams(r, n) for r in references]
        hit = 0
        for gram in counts:
            hit += min(counts[gram], max(rc[gram] for rc in ref_counts))
        matches.append(hit)
        totals.append(len(counts))
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
    matches, totals = [0] * 4, [0] * 4
    for candidate, refs in zip(candidates, references, strict=False):
        m, t = clipped_counts(candidate, refs)
        for n in range(4):
            matches[n] += m[n]
            totals[n] += t[n]
    if 0 in matches or 0 in totals:
        return 0.0
    logs = [math.log(m / t) for m, t in zip(matches, totals, strict=False)]
    penalty = brevity_penalty([len(c) for c in candidates], [[len(r) for r in refs] for refs in references])
    return penalty * math.exp(sum(logs) / 4)
