"""
title: Symbols and their successors
kind: generated
source: drawn anew from a seed
licence: none needed: made of random numbers
counts: as many sequences as are asked for; no two alike

Each step of a sequence is one of K symbols, all equally likely and independent of each other. The tag of a step is the
symbol that *follows* it. The last step has no successor: its tag is -1, which counts for nothing.

What was read up to a step says nothing about what follows it, so nobody who reads from left to right, and answers at
once, is right more often than 1 time in K.
"""

import numpy as np

NOTHING = -1  # the tag where nothing follows


def examples(rng, count, *, length, symbols):
    """Draw sequences.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of sequences, B.
        length: steps in each, T, at least 2.
        symbols: how many there are, K, at least 2.

    Returns:
        x (B, T, K) float32, one-hot; y (B, T) int32, the symbol of the step after, and -1 at the last one.
    """
    if length < 2:
        raise ValueError(f"length must be at least 2, one step and its successor. Received: length={length}")
    if symbols < 2:
        raise ValueError(f"symbols must be at least 2. Received: symbols={symbols}")
    drawn = rng.integers(0, symbols, (count, length), dtype=np.int32)  # (B, T)
    x = np.eye(symbols, dtype=np.float32)[drawn]  # (B, T, K)
    y = np.full((count, length), NOTHING, np.int32)
    y[:, :-1] = drawn[:, 1:]
    return x, y
