"""Cases of gradient clipping: above, below and exactly at the limit, zeros, no elements, several axes, both float types."""

import numpy as np

from kdl.grade.case import Case


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    return {"value": by_value, "norm": by_norm, "global-norm": by_global_norm}[step](rng)


def by_value(rng):
    yield Case("one number above", {"gradient": np.array([3.0]) + draw(rng, (1,)) ** 2, "limit": 2.0})
    yield Case("one number below", {"gradient": -np.array([3.0]) - draw(rng, (1,)) ** 2, "limit": 2.0})
    yield Case("numbers on both sides", {"gradient": both_sides(rng, (6,), 1.5), "limit": 1.5})
    yield Case("nothing to clip", {"gradient": draw(rng, (2, 3)).clip(-4, 4), "limit": 4.5})
    yield Case("a matrix", {"gradient": both_sides(rng, (3, 5), 0.75), "limit": 0.75})
    yield Case("three axes", {"gradient": both_sides(rng, (2, 4, 3), 0.5), "limit": 0.5})
    yield Case("exactly at the limit", {"gradient": np.array([-2.0, 2.0, 0.5, 3.0]), "limit": 2.0})
    yield Case("float32", {"gradient": both_sides(rng, (4, 3), 0.75).astype(np.float32), "limit": 0.75})


def by_norm(rng):
    yield Case("one number above", {"gradient": long(draw(rng, (1,)), 2.0), "limit": 0.5})
    yield Case("a vector too long", {"gradient": long(draw(rng, (3,)), 4.0), "limit": 1.5})
    yield Case("a vector short enough", {"gradient": np.array([0.3, -0.4]), "limit": 1.5})
    yield Case("norm exactly at the limit", {"gradient": np.array([3.0, -4.0]), "limit": 5.0})
    yield Case("a matrix too long, its rows short enough", {"gradient": rng.choice([-0.6, 0.6], (6, 2)), "limit": 1.75})
    yield Case("a matrix too long", {"gradient": long(draw(rng, (3, 5)), 5.0), "limit": 2.5})
    yield Case("three axes", {"gradient": long(draw(rng, (2, 4, 3)), 5.0), "limit": 2.5})
    yield Case("norm below the limit, sum of squares above", {"gradient": rng.choice([-1.0, 1.0], (2, 3)), "limit": 3.0})
    yield Case("norm below the limit, sum of sizes above", {"gradient": rng.choice([-0.5, 0.5], (8,)), "limit": 2.0})
    yield Case("a limit below 1", {"gradient": np.array([0.4, 0.3]), "limit": 0.25})
    yield Case("zeros", {"gradient": np.zeros((2, 3)), "limit": 1.0})
    yield Case("no elements", {"gradient": np.zeros((0, 3)), "limit": 1.0})
    yield Case("float32", {"gradient": long(draw(rng, (4, 3)), 5.0).astype(np.float32), "limit": 2.5})


def by_global_norm(rng):
    shapes = [(3, 4), (4,), (2, 3, 5)]
    yield Case("one array", {"gradients": [long(draw(rng, (2,)), 3.0)], "limit": 1.5})
    yield Case("two arrays", {"gradients": [long(draw(rng, (2,)), 3.0), long(draw(rng, (1, 3)), 4.0)], "limit": 1.5})
    yield Case(
        "one array short, one too long", {"gradients": [np.array([0.3, 0.4]), long(draw(rng, (2, 3)), 6.0)], "limit": 2.0}
    )
    yield Case("together too long, each one short enough", {"gradients": thirds(rng), "limit": 2.5})
    yield Case("together short enough", {"gradients": [one / 4 for one in thirds(rng)], "limit": 2.5})
    yield Case("norms add up to more than the limit, and their squares do not", {"gradients": thirds(rng), "limit": 4.0})
    yield Case("norm exactly at the limit", {"gradients": [np.array([3.0]), np.array([[-4.0]])], "limit": 5.0})
    yield Case("shapes that differ", {"gradients": [long(draw(rng, shape), 5.0) for shape in shapes], "limit": 3.5})
    yield Case("one array of zeros", {"gradients": [np.zeros((2, 2)), long(draw(rng, (3,)), 3.0)], "limit": 1.5})
    yield Case("zeros everywhere", {"gradients": [np.zeros((2, 3)), np.zeros(4)], "limit": 1.0})
    yield Case("one array without elements", {"gradients": [np.zeros((0, 3)), long(draw(rng, (3,)), 3.0)], "limit": 1.5})
    float32 = [long(draw(rng, shape), 5.0).astype(np.float32) for shape in shapes]
    yield Case("float32", {"gradients": float32, "limit": 3.5})


def draw(rng, shape):
    """Normal numbers, none of them 0."""
    drawn = rng.normal(size=shape).round(2)
    return np.where(np.abs(drawn) < 0.1, np.copysign(0.1, drawn), drawn)


def both_sides(rng, shape, limit):
    """Numbers above the limit, below its negative, and on both sides of 0 between them, each at least once."""
    drawn = draw(rng, shape)
    drawn.flat[:4] = [2 * limit, -1.6 * limit, 0.4 * limit, -0.6 * limit]
    return rng.permuted(drawn.ravel()).reshape(shape).round(2)


def long(gradient, norm):
    """The same direction, with about that norm."""
    return (gradient * norm / np.linalg.norm(gradient)).round(2)


def thirds(rng):
    """Three arrays of different shapes, each with a norm of 2 or a little more: 3.5 together, 6 added up."""
    return [long(draw(rng, shape), 2.02) for shape in ((2, 3), (4,), (1, 5))]
