"""Plain loops and comparisons. `>` keeps the first of equal scores, and so the lowest state."""

import numpy as np


def viterbi_step(delta, transitions, emission):
    states = len(delta)
    delta_next, back = np.zeros(states), np.zeros(states, int)
    for j in range(states):
        for i in range(1, states):
            if delta[i] + transitions[i, j] > delta[back[j]] + transitions[back[j], j]:
                back[j] = i
        delta_next[j] = delta[back[j]] + transitions[back[j], j] + emission[j]
    return delta_next, back


def follow(delta, backs):
    length = len(backs) + 1
    path = np.zeros(length, int)
    for state in range(len(delta)):
        if delta[state] > delta[path[-1]]:
            path[-1] = state
    for t in range(length - 1, 0, -1):
        path[t - 1] = backs[t - 1, path[t]]
    return path


def viterbi(initial, transitions, emissions):
    backs = np.zeros((len(emissions) - 1, len(initial)), int)
    delta = initial.astype(float) + emissions[0]
    for t in range(1, len(emissions)):
        delta, backs[t - 1] = viterbi_step(delta, transitions, emissions[t])
    return follow(delta, backs), max(delta)
