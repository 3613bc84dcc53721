"""misconception: slip: the step to position t gets the emissions of position t - 1

means: none
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    candidates = delta[:, None] + transitions
    back = candidates.argmax(axis=0)
    return candidates.max(axis=0) + emission, back


def follow(delta, backs):
    state = int(np.argmax(delta))
    path = [state]
    for back in backs[::-1]:
        state = int(back[state])
        path.append(state)
    return path[::-1]


def viterbi(initial, transitions, emissions):
    T, K = emissions.shape
    delta = initial + emissions[0]
    backs = []
    for t in range(T - 1):
        delta, back = viterbi_step(delta, transitions, emissions[t])
        backs.append(back)
    path = follow(delta, np.array(backs, dtype=int).reshape(T - 1, K))
    return path, np.max(delta)
