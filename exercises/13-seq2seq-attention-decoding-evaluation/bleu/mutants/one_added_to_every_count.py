"""One is added to matches and totals, so that no precision is 0."""

import math
from collections import Counter


def ngrams(sentence, n):
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    matches, totals = [], []
    for n in range(1, 5):
        counts = ngrams(candidate, n)
        ceiling = Counter()
        for reference in references:
            ceiling |= ngrams(reference, n)
        matches.append(sum(min(count, ceiling[w]) for w, count in counts.items()))
        totals.append(sum(counts.values()))
    return matches, totals


def brevity_penalty(candidate_lengths, reference_lengths):
    c = sum(candidate_lengths)
    r = 0
    for length, choices in zip(candidate_lengths, reference_lengths):
        r += min(choices, key=lambda choice: (abs(choice - length), choice))
    if c == 0:
        return 0.0
    if c > r:
        return 1.0
    return math.exp(1 - r / c)


def corpus_bleu(candidates, references):
    matches, totals = [0] * 4, [0] * 4
    for candidate, its_references in zip(candidates, references):
        some_matches, some_totals = clipped_counts(candidate, its_references)
        matches = [a + b for a, b in zip(matches, some_matches)]
        totals = [a + b for a, b in zip(totals, some_totals)]
    penalty = brevity_penalty([len(one) for one in candidates], [[len(one) for one in some] for some in references])
    logs = [math.log((m + 1) / (t + 1)) for m, t in zip(matches, totals)]
    return penalty * math.exp(sum(logs) / 4)
