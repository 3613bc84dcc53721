import numpy as np

from kdl.grade.case import Case

SIZES = (
    ("one row", (1, 2, 1), np.float64),
    ("float32", (2, 3, 4), np.float32),
    ("every size different", (3, 2, 4), np.float64),
)


def cases(rng, step):
    for name, (rows, inputs, outputs), dtype in SIZES:
        x, W, b, dy, y, target = (
            rng.normal(size=shape).round(2).astype(dtype)
            for shape in ((rows, inputs), (inputs, outputs), (outputs,), (rows, outputs), (rows, outputs), (rows, outputs))
        )
        if step in ("loss", "slope"):
            yield Case(name, {"y": y, "target": target})
        else:
            yield Case(name, {"x": x, "W": W, "b": b} | ({"dy": dy} if step == "backward" else {}))
