"""Cases of Adam: first and late steps, betas that differ, a large epsilon, gradients of very different sizes, no gradient."""

import numpy as np

from kdl.grade.case import Case

# what is special, shape, steps, t, lr, (beta1, beta2), epsilon, dtype, scale of the gradients
SETTINGS = (
    ("one parameter, the first step", (1,), 1, 1, 0.1, (0.9, 0.99), 1e-8, np.float64, 1),
    ("two parameters, the second step", (2,), 2, 2, 0.5, (0.5, 0.75), 0.1, np.float64, 1),
    ("a matrix, the usual betas", (2, 3), 4, 3, 0.1, (0.9, 0.999), 1e-7, np.float64, 1),
    ("float32", (4, 3), 5, 4, 0.1, (0.8, 0.95), 0.25, np.float32, 1),
    ("a large epsilon and small gradients", (3,), 3, 1, 0.5, (0.9, 0.999), 0.5, np.float64, 0.1),
    ("a late step", (3, 2), 12, 1000, 0.05, (0.9, 0.999), 0.1, np.float64, 1),
    ("no first average: beta1 = 0", (3,), 3, 2, 0.2, (0.0, 0.9), 1e-3, np.float64, 1),
    ("no second average: beta2 = 0", (3,), 3, 2, 0.2, (0.6, 0.0), 1e-2, np.float64, 1),
    ("gradients of very different sizes", (4,), 4, 5, 0.1, (0.7, 0.9), 1e-6, np.float64, np.array([1e4, 10, 0.1, 1e-3])),
    ("three axes, float32", (2, 3, 4), 2, 7, 0.3, (0.9, 0.6), 1e-3, np.float32, 1),
    ("no gradient, and none before", (2,), 2, 1, 0.1, (0.9, 0.99), 1e-8, np.float64, 0),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    for name, shape, length, t, lr, (beta1, beta2), epsilon, dtype, scale in SETTINGS:
        if step == "moments" and name.startswith("no gradient"):
            continue  # all zeros: nothing can go wrong there
        theta = rng.normal(size=shape).round(2).astype(dtype)
        gs = (scale * numbers(rng, (length, *shape))).astype(dtype)
        m = (scale * numbers(rng, shape)).astype(dtype)
        v = (np.square(scale) * abs(numbers(rng, shape))).astype(dtype)
        betas = {"beta1": beta1, "beta2": beta2}
        if step == "moments":
            yield Case(name, {"g": gs[0], "m": m, "v": v, **betas})
        elif step == "correction":
            yield Case(name, {"m": m, "v": v, "t": t, **betas})
        elif step == "step":
            yield Case(name, {"theta": theta, "g": gs[0], "m": m, "v": v, "t": t, "lr": lr, **betas, "epsilon": epsilon})
        else:
            yield Case(name, {"theta": theta, "gs": gs, "lr": lr, **betas, "epsilon": epsilon})


def numbers(rng, shape):
    """Numbers of both signs between 0.2 and 2.2, so that no root is taken of a number near 0."""
    return (rng.choice([-1, 1], size=shape) * rng.uniform(0.2, 2.2, size=shape)).round(2)
