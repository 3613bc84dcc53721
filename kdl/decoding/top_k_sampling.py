"""
title: Top-k sampling
unit: 13
paper: Fan, Lewis, Dauphin, "Hierarchical neural story generation", 2018
year: 2018
makes: filter

Problem. A vocabulary has thousands of symbols that fit nowhere here. Each has a tiny probability, together they have a
large one, and a single misfit spoils what follows: the model has to go on from it.

Idea. Draw from the k likeliest symbols only.

    t   = the k-th largest of z
    z'_i = z_i where z_i >= t, else -inf
    p'_i = p_i / (sum of the kept p) where kept, else 0                       softmax(z')

The ratios among those that are kept stay as they were. k = 1 is greedy decoding, k = V draws from all. Symbols as likely
as the k-th are kept with it, so ties may keep more than k.

One k fits no two places: after "q" three letters are too many, at the beginning of a name ten are too few.

Shapes: V symbols.
"""

import numpy as np


def make(k=10):
    """`(logits (V,)) -> logits (V,)`: all but the `k` largest become -inf; a `k` above V keeps all."""
    if k < 1:
        raise ValueError(f"k must be at least 1. Received: k={k}")

    def keep(logits):
        threshold = np.sort(logits)[-min(k, len(logits))]
        return np.where(logits >= threshold, logits, -np.inf)  # (V,)

    return keep
