"""
title: Energy distance of two heaps of examples
unit: 17
paper: Székely, Rizzo, "Energy statistics: A class of statistics based on distances", 2013
year: 2013
makes: score

How far apart two distributions are, judged by a heap of examples from each:

    D(P, Q) = 2 E|x - y| - E|x - x'| - E|y - y'|            x, x' from P;  y, y' from Q;  all independent

It is never negative, and 0 exactly where P = Q (Székely, Rizzo, "Energy statistics", 2013). So it judges a model that
draws, where no example has a right answer of its own: examples that are off, missing, or too few of one kind all raise it.

Here each mean is taken over all pairs of two heaps, those of an example with itself included (the V-statistic): then it is
exactly 0 for two equal heaps, and never negative. Two heaps of N from one distribution come to about 2 E|x - x'| / N.
"""

from __future__ import annotations


def make():
    """`(x (N, D), y (M, D)) -> distance`, on NumPy arrays."""
    return energy_distance


def energy_distance(x, y) -> float:
    """Of two heaps of rows, (N, D) and (M, D), as NumPy arrays."""
    import numpy as np

    x, y = np.asarray(x, "float64"), np.asarray(y, "float64")

    def apart(a, b):
        squares = np.sum(a * a, axis=1)[:, None] + np.sum(b * b, axis=1)[None] - 2 * np.matmul(a, np.transpose(b))
        return np.mean(np.sqrt(np.maximum(squares, 0.0)))  # of squares (N, M)

    return float(2 * apart(x, y) - apart(x, x) - apart(y, y))
