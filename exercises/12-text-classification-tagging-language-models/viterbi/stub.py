"""Viterbi decoding, by hand: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def viterbi_step(delta, transitions, emission):
    """The best scores at the next position, and the states that they came from.

    Shapes: delta (K,), transitions (K, K) from row to column, emission (K,). Returns (delta_next (K,), back (K,) of int).
    """
    raise NotImplementedError("step 1: for every state, the best state to come from")


def follow(delta, backs):
    """The best path, first position first.

    Shapes: delta (K,) of the last position, backs (T - 1, K) of int. Returns path, T integers.
    """
    raise NotImplementedError("step 2: start at the best last state and follow the pointers back")


def viterbi(initial, transitions, emissions):
    """The best path through all positions, and its score.

    Shapes: initial (K,), transitions (K, K), emissions (T, K). Returns (path of T integers, score).
    """
    raise NotImplementedError("step 3: one step for each position after the first, then follow the pointers")
