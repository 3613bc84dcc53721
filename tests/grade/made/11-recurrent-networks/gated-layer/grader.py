import numpy as np

from kdl.grade.case import Case, Train

SIZES = (("no mask", (1, 2, 3, 2), False), ("a mask", (2, 3, 4, 5), True))


def cases(rng, step):
    for name, (batch, length, width, units), masked in SIZES:
        numbers = lambda *shape: rng.normal(size=shape).round(2).astype("float32")  # noqa: E731
        mask = np.arange(length) < np.arange(1, batch + 1)[:, None] if masked else None
        yield Case(
            name,
            {"x": numbers(batch, length, width), "mask": mask},
            new={"units": units},
            weights={
                "gate/kernel": numbers(width, units),
                "gate/bias": numbers(units),
                "value/kernel": numbers(width, units),
            },
            train=Train(numbers(batch, length, units), rate=1.0) if step == "learns" else None,
        )
