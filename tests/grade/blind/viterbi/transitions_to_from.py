"""misconception: the row of the transitions is the state one goes to, the column the one where one comes from

means: transitions_from_column_to_row
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    scores = transitions + delta  # one row for each state to go to
    back = np.argmax(scores, axis=1)
    delta_next = np.max(scores, axis=1) + emission
    return delta_next, back


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
