"""misconception: the pointers are read from the first position on, and the first emissions already say how one starts

means: pointers_followed_from_the_front, start_scores_forgotten, several
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
    state = int(np.argmax(delta))
    path = [state]
    for back in backs:
        state = int(back[state])
        path.insert(0, state)
    return path


def viterbi(initial, transitions, emissions):
    delta = emissions[0]
    T, K = emissions.shape
    backs = np.zeros((T - 1, K), dtype=int)
    for t in range(1, T):
        delta, backs[t - 1] = viterbi_step(delta, transitions, emissions[t])
    return follow(delta, backs), delta.max()
