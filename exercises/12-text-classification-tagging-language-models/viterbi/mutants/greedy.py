"""At every position the state with the best emission is taken."""

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
    backs = []
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        backs.append(back)
    backs = np.array(backs, dtype=int).reshape(-1, len(initial))
    path = [int(state) for state in emissions.argmax(axis=1)]
    score = initial[path[0]] + emissions[0, path[0]]
    for t in range(1, len(path)):
        score += transitions[path[t - 1], path[t]] + emissions[t, path[t]]
    return path, float(score)
