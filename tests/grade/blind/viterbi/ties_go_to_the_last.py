"""misconception: whoever comes later with an equal score takes the place

means: last_of_equals
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    n = len(delta)
    nxt, back = [], []
    for j in range(n):
        best, where = -np.inf, 0
        for i in range(n):
            s = delta[i] + transitions[i][j]
            if s >= best:
                best, where = s, i
        nxt.append(best + emission[j])
        back.append(where)
    return np.array(nxt), np.array(back)


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
    backs = np.zeros((T - 1, K), dtype=int)
    for t in range(1, T):
        delta, backs[t - 1] = viterbi_step(delta, transitions, emissions[t])
    return follow(delta, backs), delta.max()
