"""No back pointers in `viterbi`: every state carries its whole best path along, as a list.

Simple, at the price of copying K lists at every position. Python's `max` keeps the first of equal keys. The pointer of
step 1 is found by asking where the maximum stands, with the emission added in already.
"""

import numpy as np


def viterbi_step(delta, transitions, emission):
    reached = np.add.outer(delta, emission) + transitions
    best = np.max(reached, axis=0)
    return best, np.array([np.flatnonzero(column == top)[0] for column, top in zip(reached.T, best, strict=True)])


def follow(delta, backs):
    def before(position, state):
        return [] if position == 0 else before(position - 1, backs[position - 1][state]) + [backs[position - 1][state]]

    last = int(np.argmax(delta))
    return np.array(before(len(backs), last) + [last], int)


def viterbi(initial, transitions, emissions):
    states = range(len(initial))
    paths = [([j], initial[j] + emissions[0, j]) for j in states]
    for row in emissions[1:]:
        paths = [
            max(((path + [j], score + transitions[path[-1], j] + row[j]) for path, score in paths), key=lambda one: one[1])
            for j in states
        ]
    path, score = max(paths, key=lambda one: one[1])
    return path, float(score)
