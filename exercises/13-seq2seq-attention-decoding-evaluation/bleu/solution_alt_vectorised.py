"""Arrays: tokens become numbers, windows of n numbers are themselves numbered, and one table counts them per sentence.

Row 0 of the table counts the candidate's n-grams and the other rows those of its references, so that clipping is one
minimum and one maximum.
"""

import numpy as np


def table(sentences, n):
    """(sentences, different n-grams): how often each n-gram stands in each sentence."""
    owner, windows = [], []
    for number, sentence in enumerate(sentences):
        shifted = [sentence[k : len(sentence) - n + 1 + k] for k in range(n)] if len(sentence) >= n else []
        here = list(zip(*shifted, strict=True))
        windows += here
        owner += [number] * len(here)
    numbers = {window: number for number, window in enumerate(dict.fromkeys(windows))}
    counts = np.zeros((len(sentences), len(numbers)), int)
    np.add.at(counts, (np.array(owner, int), np.array([numbers[window] for window in windows], int)), 1)
    return counts


def clipped_counts(candidate, references):
    tables = [table([candidate, *references], n) for n in (1, 2, 3, 4)]
    matches = [np.minimum(counts[0], counts[1:].max(axis=0)).sum() for counts in tables]
    return np.array(matches), np.array([counts[0].sum() for counts in tables])


def brevity_penalty(candidate_lengths, reference_lengths):
    c = np.sum(candidate_lengths)
    r = 0
    for length, others in zip(candidate_lengths, reference_lengths, strict=True):
        others = np.sort(others)
        r += others[np.argmin(np.abs(others - length))]  # argmin takes the first: the shorter one
    with np.errstate(divide="ignore"):
        return np.minimum(1, np.exp(1 - r / c))  # r / 0 is ∞, and exp(-∞) is 0


def corpus_bleu(candidates, references):
    counts = np.array([clipped_counts(*pair) for pair in zip(candidates, references, strict=True)])  # (S, 2, 4)
    matches, totals = counts.sum(axis=0)
    with np.errstate(divide="ignore"):
        mean = np.exp(np.mean(np.log(matches / np.maximum(totals, 1))))  # log 0 is -∞, and its exp 0
    return mean * brevity_penalty([len(one) for one in candidates], [[len(one) for one in many] for many in references])
