"""
title: Top-p (nucleus) sampling
unit: 13
paper: Holtzman, Buys, Du, Forbes, Choi, "The curious case of neural text degeneration", 2019
year: 2019
makes: filter

Problem. Top-k keeps as many symbols where the model is sure as where it wavers.

Idea. Keep the smallest set of symbols that together have the probability P: the nucleus. It is small where the model is
sure, and large where it is not.

    p_(1) >= p_(2) >= .. >= p_(V)                                sorted
    m     = the least number with p_(1) + .. + p_(m) >= P
    p'_i  = p_i / (p_(1) + .. + p_(m)) for the m likeliest, else 0

P = 1 keeps all, P -> 0 only the likeliest: at least one symbol always stays. With p = 0.5, 0.3, 0.15, 0.05 and P = 0.9 three
stay, for 0.5 + 0.3 = 0.8 is short of it.

Shapes: V symbols.

Differs from top_k_sampling.py: a share of the probability is fixed, not a number of symbols.
"""

import numpy as np

from kdl.decoding import softmax


def make(p=0.9):
    """`(logits (V,)) -> logits (V,)`: all outside the smallest set of probability `p` become -inf."""
    if not 0 < p <= 1:
        raise ValueError(f"p must be above 0 and at most 1. Received: p={p}")

    def keep(logits):
        logits = np.asarray(logits, np.float64)
        order = np.argsort(-logits, kind="stable")  # (V,), likeliest first
        before = np.cumsum(softmax(logits)[order]) - softmax(logits)[order]  # (V,), what the likelier ones have together
        kept = order[before < p]  # the first one always: nothing stands before it
        return np.where(np.isin(np.arange(len(logits)), kept), logits, -np.inf)  # (V,)

    return keep
