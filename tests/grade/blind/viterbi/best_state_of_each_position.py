"""misconception: the best path goes through the state with the best delta at each position

means: best_state_of_each_position
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    candidates = delta[:, None] + transitions
    back = candidates.argmax(axis=0)
    return candidates.max(axis=0) + emission, back


def follow(delta, backs):
    T = len(backs) + 1
    path = np.zeros(T, dtype=int)
    path[-1] = delta.argmax()
    for t in range(T - 2, -1, -1):
        path[t] = backs[t, path[t + 1]]
    return path


def viterbi(initial, transitions, emissions):
    delta = initial + emissions[0]
    path = [int(delta.argmax())]
    for t in range(1, len(emissions)):
        delta, back = viterbi_step(delta, transitions, emissions[t])
        path.append(int(delta.argmax()))
    return path, delta.max()
