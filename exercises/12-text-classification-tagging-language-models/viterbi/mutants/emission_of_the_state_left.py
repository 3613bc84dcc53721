"""The emission is added to the state one comes from, before the maximum is taken."""

import numpy as np


def viterbi_step(delta, transitions, emission):
    ways = delta[:, None] + emission[:, None] + transitions
    back = ways.argmax(axis=0)
    delta_next = ways.max(axis=0)
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
    backs = []
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        backs.append(back)
    backs = np.array(backs, dtype=int).reshape(-1, len(initial))
    return follow(delta, backs), float(delta.max())
