"""Viterbi as dynamic programming over arrays: one (K, K) table of sums per position.

Row i, column j of the table is the best path to i, prolonged to j; the maximum over the rows keeps the best one for each
j. `argmax` takes the first of equal values, which is the lowest state. In log space products of probabilities are sums, so
that a long sequence does not underflow to 0. Cost: (T - 1)·K² additions and comparisons, in place of the K^T paths.
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    reached = delta[:, None] + transitions  # (K, K): from row i to column j
    return reached.max(axis=0) + emission, reached.argmax(axis=0)


def follow(delta, backs):
    path = [int(delta.argmax())]
    for back in backs[::-1]:
        path.append(int(back[path[-1]]))
    return path[::-1]


def viterbi(initial, transitions, emissions):
    delta, backs = initial + emissions[0], []
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        backs.append(back)
    return follow(delta, np.array(backs, int).reshape(-1, len(delta))), float(delta.max())
