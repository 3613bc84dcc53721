"""Cases of Viterbi decoding: ties, impossible transitions, one position, one state, a path that is not the greedy one.

All scores are eighths, so that sums of them are exact in float32: equal paths are equal in every order of adding up.
"""

import numpy as np

from kdl.grade.case import Case

# what is special, (T, K), dtype
SIZES = (
    ("two positions, two states", (2, 2), np.float64),
    ("every size different", (5, 3), np.float64),
    ("more states than positions", (4, 6), np.float64),
    ("as many states as positions", (4, 4), np.float64),
    ("one position", (1, 3), np.float64),
    ("one state", (3, 1), np.float64),
    ("float32", (6, 4), np.float32),
    ("large scores", (5, 4), np.float32),
    ("the best start leads nowhere", (3, 3), np.float64),
    ("logarithms of probabilities", (4, 3), np.float64),
    ("two states that are equally good", (4, 4), np.float64),
    ("everything is equally good", (3, 4), np.float64),
    ("impossible transitions", (6, 3), np.float64),
)


def cases(rng, step):
    """The cases of one step."""
    for name, (length, states), dtype in SIZES:
        if step == "step" and name in ("one position", "impossible transitions"):  # no next one; no scale in -∞
            continue
        initial, transitions, emissions = chain(rng, name, length, states)
        if step == "step":
            inputs = {"delta": initial + emissions[0], "transitions": transitions, "emission": emissions[1]}
        elif step == "path":
            backs = rng.integers(states, size=(length - 1, states))
            inputs = {"delta": initial + emissions[0], "backs": backs}
        else:
            inputs = {"initial": initial, "transitions": transitions, "emissions": emissions}
        yield Case(name, {key: value.astype(dtype) if value.dtype == float else value for key, value in inputs.items()})


def chain(rng, name, length, states):
    """initial (K,), transitions (K, K), emissions (T, K)."""

    def eighths(*shape):
        return rng.integers(-32, 33, size=shape) / 8

    initial, transitions, emissions = eighths(states), eighths(states, states), eighths(length, states)
    if name == "large scores":
        initial, transitions, emissions = 1000 * initial, 1000 * transitions, 1000 * emissions
    elif name == "logarithms of probabilities":  # every score is negative
        initial, transitions, emissions = (-abs(one) - 0.125 for one in (initial, transitions, emissions))
    elif name == "the best start leads nowhere":
        start = rng.integers(states)
        initial[start], emissions[0, start] = 8, 8  # better by at most 24 than the others, and then 50 worse
        transitions[start] -= 50
    elif name == "two states that are equally good":
        one, two = sorted(rng.choice(states, 2, replace=False))
        transitions[:] = 0
        initial[[one, two]], emissions[:, [one, two]] = 5, 5
    elif name == "everything is equally good":
        initial[:], transitions[:], emissions[:] = 1, 2, 3
    elif name == "impossible transitions":
        initial[rng.integers(1, states)] = -np.inf
        transitions[rng.permutation(states), np.arange(states)] = -np.inf
        np.fill_diagonal(transitions, eighths(states))
    return initial, transitions, emissions
