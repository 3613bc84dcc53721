"""BLEU, by hand: fill in the three functions. README.md beside this file says what each must do."""

import math
from collections import Counter


def ngrams(sentence, n):
    """Every group of n tokens side by side, as a tuple, and how often it stands in the sentence."""
    return Counter(tuple(sentence[start : start + n]) for start in range(len(sentence) - n + 1))


def clipped_counts(candidate, references):
    """How many n-grams of the candidate are in a reference, and how many there are, for n = 1, 2, 3, 4.

    candidate: a list of tokens; references: a list of such lists. Returns (matches, totals), four integers each.
    """
    raise NotImplementedError("step 1: count the n-grams, and clip each count")


def brevity_penalty(candidate_lengths, reference_lengths):
    """1 for a corpus that is longer than its references, less for a shorter one.

    candidate_lengths: S integers; reference_lengths: for each sentence a list of integers. Returns one number.
    """
    raise NotImplementedError("step 2: find c and r, then the penalty")


def corpus_bleu(candidates, references):
    """BLEU-4 of a corpus, from 0 to 1.

    candidates: S sentences; references: for each of them a list of sentences. Returns one number.
    """
    raise NotImplementedError("step 3: counts of the whole corpus, four precisions, their geometric mean, the penalty")
