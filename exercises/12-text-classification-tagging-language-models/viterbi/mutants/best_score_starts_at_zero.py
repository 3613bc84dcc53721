"""The search for the largest score starts from 0, and state 0 is the answer if nothing is larger."""

import numpy as np


def viterbi_step(delta, transitions, emission):
    K = len(delta)
    delta_next, back = np.zeros(K), np.zeros(K, dtype=int)
    for j in range(K):
        best = 0.0
        for i in range(K):
            if delta[i] + transitions[i, j] > best:
                best = delta[i] + transitions[i, j]
                back[j] = i
        delta_next[j] = best + emission[j]
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
