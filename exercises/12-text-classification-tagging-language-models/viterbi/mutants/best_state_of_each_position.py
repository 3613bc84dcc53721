"""The best path goes through the best delta of every position, so that no pointers are needed."""

import numpy as np


def viterbi_step(delta, transitions, emission):
    ways = delta[:, None] + transitions
    back = ways.argmax(axis=0)
    delta_next = ways.max(axis=0) + emission
    return delta_next, back


def follow(delta, backs):
    state = int(np.argmax(delta))
    path = [state]
    for back in backs[::-1]:
        state = int(back[state])
        path.append(state)
    return path[::-1]


def viterbi(initial, transitions, emissions):
    delta = initial + emissions[0]
    path = [int(np.argmax(delta))]
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        path.append(int(np.argmax(delta)))
    return path, float(delta.max())
