"""misconception: the pointers are walked from the end, and the states come in the order in which they are met

means: path_from_the_end, reversed
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    K = len(delta)
    delta_next = np.zeros(K)
    back = np.zeros(K, dtype=int)
    for j in range(K):
        scores = [delta[i] + transitions[i, j] for i in range(K)]
        back[j] = int(np.argmax(scores))
        delta_next[j] = scores[back[j]] + emission[j]
    return delta_next, back


def follow(delta, backs):
    path = [int(np.argmax(delta))]
    for t in range(len(backs) - 1, -1, -1):
        path.append(int(backs[t][path[-1]]))
    return path


def viterbi(initial, transitions, emissions):
    delta = initial + emissions[0]
    pointers = []
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        pointers.append(back)
    path = follow(delta, np.array(pointers, dtype=int).reshape(-1, len(initial)))
    return path, float(max(delta))
