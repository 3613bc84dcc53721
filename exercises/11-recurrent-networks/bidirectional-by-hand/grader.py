"""Cases of both directions: sizes that differ, both float types, one step, and lengths from 1 to T."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, T, M, N), dtype, lengths
SIZES = (
    ("one sequence, one feature, one unit", (1, 2, 1, 1), np.float64, [1]),
    ("three steps, two units", (1, 3, 1, 2), np.float64, [2]),
    ("a sequence of one step", (3, 1, 2, 4), np.float64, [1, 1, 1]),
    ("every size different", (2, 5, 3, 4), np.float64, [3, 1]),
    ("more features than units", (4, 3, 5, 2), np.float64, [2, 3, 1, 2]),
    ("every size equal", (3, 3, 3, 3), np.float64, [1, 2, 3]),
    ("no filling at all", (2, 4, 3, 5), np.float64, [4, 4]),
    ("float32", (3, 4, 2, 5), np.float32, [4, 2, 3]),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, (batch, length, features, units), dtype, lengths in SIZES:
        if name == "no filling at all" and step != "lengths":
            continue
        xs = numbers(rng, (batch, length, features), dtype)
        forward, backward = (network(rng, features, units, dtype) for _ in range(2))
        if step == "backwards":
            yield Case(name, {"xs": xs, **dict(zip("WUb", backward, strict=True))})
        elif step == "lengths":
            yield Case(name, {"xs": xs, "lengths": np.array(lengths), "forward": forward, "backward": backward})
        else:
            yield Case(name, {"xs": xs, "forward": forward, "backward": backward})


def network(rng, features, units, dtype):
    """W, U and b of one direction."""
    sizes = (((features, units), 0.7), ((units, units), 0.7), ((units,), 0.5))
    return [numbers(rng, shape, dtype, scale) for shape, scale in sizes]


def numbers(rng, shape, dtype, scale=1.0):
    """Normal numbers, none of them near 0: a weight of 0 would hide a mistake in a case of one unit."""
    drawn = (scale * rng.normal(size=shape)).round(2)
    return np.where(np.abs(drawn) < 0.2, np.copysign(0.2, drawn), drawn).astype(dtype)
