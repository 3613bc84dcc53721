"""Cases of backpropagation through time: sizes that differ, both float types, one step, and a loss of the last state alone."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, T, M, N), dtype
SIZES = (
    ("one sequence, one step, one unit", (1, 1, 1, 1), np.float64),
    ("one sequence, two steps, one unit", (1, 2, 1, 1), np.float64),
    ("two units", (1, 2, 1, 2), np.float64),
    ("a sequence of one step", (4, 1, 2, 3), np.float64),
    ("every size different", (2, 5, 3, 4), np.float64),
    ("more features than units", (4, 3, 5, 2), np.float64),
    ("every size equal", (3, 3, 3, 3), np.float64),
    ("float32", (3, 4, 2, 5), np.float32),
    ("a loss of the last state", (3, 5, 2, 4), np.float64),
)
LAST_ONLY = "a loss of the last state"
# In one time step, cases that differ in nothing but T are the same.
ONLY_FOR_SEQUENCES = ("one sequence, two steps, one unit", "a sequence of one step", LAST_ONLY)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, (batch, length, features, units), dtype in SIZES:
        if step == "step" and name in ONLY_FOR_SEQUENCES:
            continue
        xs = numbers(rng, (batch, length, features), dtype)
        h0 = np.tanh(numbers(rng, (batch, units), np.float64)).round(2).astype(dtype)
        weights = {
            "W": numbers(rng, (features, units), dtype, 0.7),
            "U": numbers(rng, (units, units), dtype, 0.7),
            "b": numbers(rng, (units,), dtype, 0.5),
        }
        dhs = numbers(rng, (batch, length, units), dtype)
        if step == "forward" and name != LAST_ONLY:
            yield Case(name, {"xs": xs, "h0": h0, **weights})
        elif step == "step":
            yield one_step(name, dhs[:, 0], xs[:, 0], h0, **weights)
        elif step == "backward":
            dhs[:, :-1] *= name != LAST_ONLY
            yield Case(name, {"dhs": dhs, "xs": xs, "h0": h0, **weights})


def one_step(name, dh, x, h_prev, W, U, b):
    """The state after the step is computed here, so that h and h_prev belong together to the last digit."""
    h = np.tanh(x @ W + h_prev @ U + b)
    return Case(name, {"dh": dh, "x": x, "h_prev": h_prev, "h": h, "W": W, "U": U})


def numbers(rng, shape, dtype, scale=1.0):
    """Normal numbers, none of them 0: a weight or a gradient of 0 would hide a mistake in a case of one unit."""
    drawn = (scale * rng.normal(size=shape)).round(2)
    return np.where(np.abs(drawn) < 0.2, np.copysign(0.2, drawn), drawn).astype(dtype)
