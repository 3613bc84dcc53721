"""misconception: one comes from the state with the best delta, whatever the transition costs

means: best_state_so_far_is_the_way
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    best = int(np.argmax(delta))
    back = np.full(len(delta), best)
    delta_next = delta[best] + transitions[best] + emission
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
    pointers = []
    for emission in emissions[1:]:
        delta, back = viterbi_step(delta, transitions, emission)
        pointers.append(back)
    path = follow(delta, np.array(pointers, dtype=int).reshape(-1, len(initial)))
    return path, float(max(delta))
