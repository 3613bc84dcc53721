"""misconception: every n-gram of the candidate that stands in some reference counts as a match, as often as it comes

means: nothing_is_clipped
"""

import math
from collections import Counter


def ngrams(sentence, n):
    """Every group of n tokens side by side, as a tuple, and how often it stands in the sentence."""
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches, totals = [], []
    for n in range(1, 5):
        groups = [tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1)]
        known = set()
        for ref in references:
            known |= set(ngrams(ref, n))
        matches.append(len([g for g in groups if g in known]))
        totals.append(len(groups))
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
