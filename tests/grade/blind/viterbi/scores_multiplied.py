"""misconception: the scores along a path are probabilities and are multiplied

means: scores_multiplied
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    K = delta.shape[0]
    table = np.empty((K, K))
    for i in range(K):
        for j in range(K):
            table[i, j] = delta[i] * transitions[i, j]
    back = table.argmax(axis=0)
    return table.max(axis=0) * emission, back


def follow(delta, backs):
    T = len(backs) + 1
    path = np.zeros(T, dtype=int)
    path[-1] = delta.argmax()
    for t in range(T - 2, -1, -1):
        path[t] = backs[t, path[t + 1]]
    return path


def viterbi(initial, transitions, emissions):
    delta = initial * emissions[0]
    backs = []
    for row in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, row)
        backs.append(back)
    path = follow(delta, np.array(backs).astype(int).reshape(-1, len(delta)))
    return path, delta.max()
