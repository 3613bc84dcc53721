"""misconception: the BLEU of a corpus is the mean of the BLEU of its sentences

means: mean_of_the_sentences
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


def sentence_bleu(candidate, references):
    matches, totals = clipped_counts(candidate, references)
    if min(matches) == 0:
        return 0.0
    logs = sum(math.log(m / t) for m, t in zip(matches, totals, strict=False))
    return brevity_penalty([len(candidate)], [[len(r) for r in references]]) * math.exp(logs / 4)


def corpus_bleu(candidates, references):
    scores = [sentence_bleu(c, r) for c, r in zip(candidates, references, strict=False)]
    return sum(scores) / len(scores)
