"""misconception: the score of a state sums the paths that lead to it, as in the forward algorithm

means: scores_of_all_ways_added
"""

import numpy as np


def logsumexp(a):
    m = a.max(axis=0)
    m = np.where(np.isfinite(m), m, 0.0)
    return m + np.log(np.exp(a - m).sum(axis=0))


def viterbi_step(delta, transitions, emission):
    a = delta[:, np.newaxis] + transitions
    return logsumexp(a) + emission, a.argmax(axis=0)


def follow(delta, backs):
    T = len(backs) + 1
    path = np.zeros(T, dtype=int)
    path[-1] = delta.argmax()
    for t in range(T - 2, -1, -1):
        path[t] = backs[t, path[t + 1]]
    return path


def viterbi(initial, transitions, emissions):
    T, K = emissions.shape
    delta = initial + emissions[0]
    backs = np.zeros((T - 1, K), dtype=int)
    for t in range(1, T):
        delta, backs[t - 1] = viterbi_step(delta, transitions, emissions[t])
    return follow(delta, backs), delta.max()
