"""misconception: slip: the search for the maximum begins with 0, which is better than any negative score

means: best_score_starts_at_zero
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    K = len(delta)
    delta_next = np.zeros(K)
    back = np.zeros(K, dtype=int)
    for j in range(K):
        best = 0.0
        for i in range(K):
            value = delta[i] + transitions[i, j]
            if value > best:
                best = value
                back[j] = i
        delta_next[j] = best + emission[j]
    return delta_next, back


def follow(delta, backs):
    T = len(backs) + 1
    path = np.zeros(T, dtype=int)
    path[-1] = delta.argmax()
    for t in range(T - 2, -1, -1):
        path[t] = backs[t, path[t + 1]]
    return path


def viterbi(initial, transitions, emissions):
    delta = initial + emissions[0]
    pointers = []
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        pointers.append(back)
    path = follow(delta, np.array(pointers, dtype=int).reshape(-1, len(initial)))
    return path, float(max(delta))
