"""Cases of the LSTM's weights: sizes that differ, both float types, shares near both ends, no step and many."""

import numpy as np

from kdl.grade.case import Case

# what is special, (M, N), dtype
SIZES = (
    ("one feature, one unit", (1, 1), np.float64),
    ("two features, one unit", (2, 1), np.float64),
    ("one feature, two units", (1, 2), np.float64),
    ("more features than units", (5, 2), np.float64),
    ("more units than features", (3, 4), np.float64),
    ("as many features as units", (3, 3), np.float64),
    ("float32", (2, 5), np.float32),
)
STEPS = (0, 1, 2, 10, 3, 5, 4)  # one for each size


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for (name, (features, units), dtype), steps in zip(SIZES, STEPS, strict=True):
        bias = numbers(rng, (4 * units,)).astype(dtype)
        if step == "gates":
            gates = {letter: [numbers(rng, (units, units + features)), numbers(rng, (units,))] for letter in "fico"}
            yield Case(name, {letter: [part.astype(dtype) for part in gate] for letter, gate in gates.items()})
        elif step == "torch":
            shapes = {"weight_ih": (4 * units, features), "weight_hh": (4 * units, units)}
            weights = {key: numbers(rng, shape).astype(dtype) for key, shape in shapes.items()}
            yield Case(name, {**weights, "bias_ih": bias, "bias_hh": numbers(rng, (4 * units,)).astype(dtype)})
        elif step == "bias":
            yield Case(name, {"bias": bias, "keep": keep(rng, units).astype(dtype)})
        else:
            bias[units : 2 * units] = np.clip(bias[units : 2 * units], -1, 3)  # what is left must not be next to nothing
            said = f"{units} unit{'s' * (units != 1)}, {steps} step{'s' * (steps != 1)}" + ", float32" * (name == "float32")
            yield Case(said, {"bias": bias, "steps": steps})


def keep(rng, units):
    """Shares between 0.05 and 0.95, and none near a half, where the bias is 0."""
    drawn = rng.uniform(0.05, 0.4, units).round(2)
    return np.where(rng.random(units) < 0.5, drawn, 1 - drawn).round(2)


def numbers(rng, shape):
    """Normal numbers, none of them near 0: a weight of 0 would hide a mistake in a case of one unit."""
    drawn = rng.normal(size=shape).round(2)
    return np.where(np.abs(drawn) < 0.2, np.copysign(0.2, drawn), drawn)
