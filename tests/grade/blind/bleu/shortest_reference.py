"""misconception: the reference length of a sentence is the one of its shortest reference

means: shortest_reference_sets_the_length
"""

import math
from collections import Counter


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
    c = sum(candidate_lengths)
    r = sum(min(lengths) for lengths in reference_lengths)
    if c == 0:
        return 0
    elif c > r:
        return 1
    else:
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
