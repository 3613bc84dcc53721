"""Cases of the simple RNN forwards: sizes that differ, both float types, first states, and masks of every kind."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, T, M, N), dtype, whether a first state is given
SIZES = (
    ("one sequence, one feature, one unit", (1, 2, 1, 1), np.float64, False),
    ("one unit and a first state", (1, 2, 1, 1), np.float64, True),
    ("two units", (1, 3, 1, 2), np.float64, True),
    ("a sequence of one step", (4, 1, 2, 3), np.float64, True),
    ("every size different", (2, 5, 3, 4), np.float64, True),
    ("more features than units", (4, 3, 5, 2), np.float64, False),
    ("every size equal", (3, 3, 3, 3), np.float64, True),
    ("float32", (3, 4, 2, 5), np.float32, True),
    ("float32 from zeros", (3, 4, 2, 5), np.float32, False),
)
# In one time step, cases that differ in nothing but T are the same.
ONLY_FOR_SEQUENCES = ("one sequence, one feature, one unit", "a sequence of one step", "float32 from zeros")
# what is special, one row of 0 and 1 for each sequence, whether a first state is given
MASKS = (
    ("one step that is not there", ["10"], True),
    ("the first step is not there", ["011"], True),
    ("two sequences, one longer", ["110", "100"], True),
    ("two sequences, filled up in front", ["011", "001"], False),
    ("filled up at the end", ["11100", "10000"], False),
    ("filled up in front", ["00111", "00001"], True),
    ("holes", ["10110", "11010", "01001"], False),
    ("one sequence is not there at all", ["0000", "1011"], True),
    ("nothing is masked", ["111", "111"], True),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, sizes, dtype, given in SIZES:
        xs, h0, weights = drawn(rng, sizes, dtype)
        if step == "step" and name not in ONLY_FOR_SEQUENCES:
            yield Case(name, {"x": xs[:, 0], "h": h0, **weights})
        elif step == "sequence":
            yield Case(name, {"xs": xs, "h0": h0 if given else None, **weights})
    if step == "mask":
        yield from masked(rng)


def masked(rng):
    for name, rows, given in MASKS:
        mask = np.array([[letter == "1" for letter in row] for row in rows])
        small = len(rows) == 1 or name.startswith("two sequences")
        xs, h0, weights = drawn(rng, (*mask.shape, *((1, 1) if small else (4, 6))))
        yield Case(name, {"xs": xs, "mask": mask, "h0": h0 if given else None, **weights})
    for name, dtype in (("no mask", np.float64), ("float32", np.float32)):
        xs, h0, weights = drawn(rng, (3, 4, 2, 5), dtype)
        mask = np.array([[True, False, True, True], [True, True, False, False], [False, True, True, False]])
        yield Case(name, {"xs": xs, "mask": None if name == "no mask" else mask, "h0": h0, **weights})


def drawn(rng, sizes, dtype=np.float64):
    """Inputs, a first state and the weights of one case."""
    batch, length, features, units = sizes
    xs = numbers(rng, (batch, length, features), dtype)
    h0 = np.tanh(numbers(rng, (batch, units), np.float64)).round(2).astype(dtype)
    weights = {
        "W": numbers(rng, (features, units), dtype, 0.7),
        "U": numbers(rng, (units, units), dtype, 0.7),
        "b": numbers(rng, (units,), dtype, 0.5),
    }
    return xs, h0, weights


def numbers(rng, shape, dtype, scale=1.0):
    """Normal numbers, none of them near 0: a weight of 0 would hide a mistake in a case of one unit."""
    values = (scale * rng.normal(size=shape)).round(2)
    return np.where(np.abs(values) < 0.2, np.copysign(0.2, values), values).astype(dtype)
