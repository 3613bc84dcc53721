"""
title: Adding problem
kind: generated
source: Hochreiter, Schmidhuber, "Long short-term memory", 1997, experiment 4; drawn anew from a seed
licence: none needed: made of random numbers
counts: as many sequences as are asked for; no two alike

Each step of a sequence is a number, drawn evenly between 0 and 1, and a marker, which is 1 at exactly two steps and 0
elsewhere. The answer is the sum of the two marked numbers. The first mark lies in the first half of the sequence, the
second in the second half, so that a network has to carry one number over half of the sequence on average.

Who answers 1 every time has a mean squared error of 1/6: the variance of the sum of two such numbers.
"""

import numpy as np


def examples(rng, count, *, length):
    """Draw sequences.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of sequences, B.
        length: steps in each, T, at least 2.

    Returns:
        x (B, T, 2) float32, number and marker of each step; y (B, 1) float32, the sum of the two marked numbers.
    """
    if length < 2:
        raise ValueError(f"length must be at least 2, one step for each marker. Received: length={length}")
    half = length // 2
    numbers = rng.random((count, length), dtype=np.float32)  # (B, T)
    markers = np.zeros((count, length), np.float32)  # (B, T)
    rows = np.arange(count)
    markers[rows, rng.integers(0, half, count)] = 1
    markers[rows, rng.integers(half, length, count)] = 1
    x = np.stack([numbers, markers], axis=-1)  # (B, T, 2)
    y = (numbers * markers).sum(axis=1, keepdims=True)  # (B, 1)
    return x, y
