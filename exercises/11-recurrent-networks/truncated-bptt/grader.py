"""Cases of truncation: sizes that differ, both float types, pieces of one step, one piece, and a last piece that is short."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, T, M, N), steps in a piece, dtype
SIZES = (
    ("two pieces of one step, one unit", (1, 2, 1, 1), 1, np.float64),
    ("two pieces, two units", (1, 4, 1, 2), 2, np.float64),
    ("a short piece at the end", (2, 5, 3, 4), 2, np.float64),
    ("a last piece of one step", (3, 7, 2, 4), 3, np.float64),
    ("pieces of one step", (2, 4, 3, 5), 1, np.float64),
    ("one piece for all", (2, 3, 4, 5), 3, np.float64),
    ("a piece longer than the sequence", (3, 2, 4, 5), 9, np.float64),
    ("float32", (3, 5, 2, 4), 2, np.float32),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, (batch, length, features, units), k, dtype in SIZES:
        dhs = numbers(rng, (batch, length, units))
        inputs = {
            "xs": numbers(rng, (batch, length, features)),
            "h0": np.tanh(numbers(rng, (batch, units))).round(2),
            "W": numbers(rng, (features, units), 0.7),
            "U": numbers(rng, (units, units), 0.7),
            "b": numbers(rng, (units,), 0.5),
        }
        if step != "forward":
            inputs = {"dhs": dhs, **inputs}
        inputs = {key: value.astype(dtype) for key, value in inputs.items()}
        yield Case(name, {**inputs, "k": k, **({"rate": 0.05} if step == "train" else {})})


def numbers(rng, shape, scale=1.0):
    """Normal numbers, none of them near 0: a weight or a gradient of 0 would hide a mistake in a case of one unit."""
    drawn = (scale * rng.normal(size=shape)).round(2)
    return np.where(np.abs(drawn) < 0.2, np.copysign(0.2, drawn), drawn)
