"""Cases of the meter: sizes that differ, both float types and activations, matrices that turn, shear, keep and forget."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, T, M, N), dtype, activation
NETWORKS = (
    ("one unit, tanh", (1, 2, 1, 1), np.float64, "tanh"),
    ("two units, relu", (1, 3, 1, 2), np.float64, "relu"),
    ("a sequence of one step", (3, 1, 2, 4), np.float64, "tanh"),
    ("every size different, tanh", (2, 5, 3, 4), np.float64, "tanh"),
    ("every size different, relu", (4, 3, 2, 5), np.float64, "relu"),
    ("every size equal", (3, 3, 3, 3), np.float64, "tanh"),
    ("float32", (3, 4, 2, 5), np.float32, "tanh"),
    ("sums that are exactly 0, relu", (2, 2, 1, 3), np.float64, "relu"),
)
# what is special, (B, T, N), dtype, kind of the matrix
WALKS = (
    ("one unit", (1, 2, 1), np.float64, "any"),
    ("two units", (1, 2, 2), np.float64, "any"),
    ("a sequence of one step", (3, 1, 4), np.float64, "any"),
    ("every size different", (2, 5, 4), np.float64, "any"),
    ("every size equal", (3, 3, 3), np.float64, "any"),
    ("a matrix that shears", (3, 4, 2), np.float64, "shear"),
    ("a matrix that only turns", (2, 6, 3), np.float64, "turn"),
    ("the identity and units that are off", (2, 3, 4), np.float64, "identity"),
    ("float32", (3, 4, 5), np.float32, "any"),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    if step == "forward":
        yield from networks(rng)
        return
    for name, (batch, length, units), dtype, kind in WALKS:
        slopes = rng.uniform(0.2, 1.0, (batch, length, units)).round(2)
        if kind == "identity":
            slopes = (rng.random((batch, length, units)) < 0.8).astype(float)
            slopes[..., 0] = 1.0  # a gradient that dies at once would hide what the later steps do
        inputs = {"dh": numbers(rng, (batch, units)), "slopes": slopes, "U": matrix(rng, kind, units)}
        yield Case(name, {key: value.astype(dtype) for key, value in inputs.items()})


def networks(rng):
    for name, (batch, length, features, units), dtype, kind in NETWORKS:
        inputs = {
            "xs": numbers(rng, (batch, length, features)),
            "h0": np.abs(numbers(rng, (batch, units))),
            "W": numbers(rng, (features, units)),
            "U": numbers(rng, (units, units), 0.7),
            # Five decimals: no sum of the first step is 0, where the slope of ReLU would hang on the order of adding up.
            "b": numbers(rng, (units,), 0.5) + 0.00005,
        }
        if kind == "relu":  # one sequence with a unit that stays on and one that is off
            inputs["b"][:2] = [6.00005, -6.00005]
        if name.startswith("sums that are exactly 0"):
            inputs.update({key: np.zeros_like(inputs[key]) for key in ("xs", "h0", "b")})
        yield Case(name, {**{key: value.astype(dtype) for key, value in inputs.items()}, "kind": kind})


def matrix(rng, kind, units):
    if kind == "identity":
        return np.eye(units)
    if kind == "shear":
        return np.array([[0.5, round(rng.uniform(2, 3), 2)], [0.0, 0.5]])
    if kind == "turn":
        return np.linalg.qr(rng.normal(size=(units, units)))[0]
    return numbers(rng, (units, units), 0.7)


def numbers(rng, shape, scale=1.0):
    """Normal numbers, none of them near 0: a gradient of 0 would hide a mistake in a case of one unit."""
    drawn = (scale * rng.normal(size=shape)).round(2)
    return np.where(np.abs(drawn) < 0.2, np.copysign(0.2, drawn), drawn)
