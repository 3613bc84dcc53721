"""Cases of the LSTM cell: sizes that differ, both float types, gates driven to their ends, a sequence of one step."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, T, M, N), dtype, scale of the input weights
SIZES = (
    ("one sequence, one feature, one unit", (1, 1, 1, 1), np.float64, 1),
    ("one sequence, two units", (1, 2, 1, 2), np.float64, 1),
    ("every size different", (2, 5, 3, 4), np.float64, 1),
    ("more features than units", (4, 3, 5, 2), np.float64, 1),
    ("every size equal", (3, 3, 3, 3), np.float64, 1),
    ("float32", (3, 4, 2, 5), np.float32, 1),
    ("large logits", (2, 3, 1, 4), np.float64, 1000),
    ("large logits, float32", (3, 2, 1, 4), np.float32, 1000),
    ("a sequence of one step", (5, 1, 2, 3), np.float64, 1),
)
ONLY_FOR_SEQUENCES = ("a sequence of one step",)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, (batch, length, features, units), dtype, scale in SIZES:
        if step != "sequence" and name in ONLY_FOR_SEQUENCES:
            continue
        xs = numbers(rng, (batch, length, features), scale).astype(dtype)
        weights = {
            "W": (scale * numbers(rng, (features, 4 * units), scale)).astype(dtype),
            "U": numbers(rng, (units, 4 * units)).astype(dtype),
            "b": numbers(rng, (4 * units,)).astype(dtype),
        }
        h = np.tanh(numbers(rng, (batch, units))).round(2).astype(dtype)
        c = numbers(rng, (batch, units)).astype(dtype)
        if step == "gates":
            yield Case(name, {"x": xs[:, 0], "h": h, **weights})
        elif step == "cell":
            yield Case(name, {"x": xs[:, 0], "h": h, "c": c, **weights})
        else:
            yield Case(name, {"xs": xs, **weights})


def numbers(rng, shape, scale=1):
    """Normal numbers; for large logits -2, -1, 1 or 2, whose products with the weights are exact in float32."""
    if scale == 1:
        return rng.normal(size=shape).round(2)
    return rng.choice([-2.0, -1.0, 1.0, 2.0], size=shape)
