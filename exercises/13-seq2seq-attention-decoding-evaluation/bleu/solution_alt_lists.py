"""Lists and a dictionary: every n-gram of the candidate is taken out of a stock of what the references allow.

The mean is the fourth root of a product, which is 0 by itself where one factor is 0, so that no logarithm is needed.
"""

from math import exp


def groups(sentence, n):
    return [" ".join(sentence[k : k + n]) for k in range(len(sentence)) if k + n <= len(sentence)]


def clipped_counts(candidate, references):
    matches, totals = [0, 0, 0, 0], [0, 0, 0, 0]
    for n in range(1, 5):
        stock = {}
        for reference in references:
            here = groups(reference, n)
            for group in here:
                stock[group] = max(stock.get(group, 0), here.count(group))
        for group in groups(candidate, n):
            totals[n - 1] += 1
            if stock.get(group, 0) > 0:
                stock[group] -= 1
                matches[n - 1] += 1
    return matches, totals


def closest(length, others):
    best = None
    for other in sorted(others):  # the shorter of two that are equally close comes first
        if best is None or abs(other - length) < abs(best - length):
            best = other
    return best


def brevity_penalty(candidate_lengths, reference_lengths):
    c = sum(candidate_lengths)
    r = sum(map(closest, candidate_lengths, reference_lengths))
    return min(1.0, exp(1 - r / c)) if c else 0.0


def corpus_bleu(candidates, references):
    counts = [clipped_counts(*pair) for pair in zip(candidates, references, strict=True)]
    product = 1.0
    for n in range(4):
        there = sum(totals[n] for _, totals in counts)
        product *= sum(matches[n] for matches, _ in counts) / max(there, 1)
    lengths = [list(map(len, many)) for many in references]
    return product**0.25 * brevity_penalty(list(map(len, candidates)), lengths)
