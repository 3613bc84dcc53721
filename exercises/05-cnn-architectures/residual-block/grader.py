"""Cases of the residual block: unequal and odd sizes, both float types, both lives of the norm, blocks that do nothing."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, H, W, C), training, dtype, where the numbers lie
NORMS = (
    ("one channel", (1, 2, 2, 1), True, np.float64, 0),
    ("one channel, inference", (1, 2, 2, 1), False, np.float64, 0),
    ("one number for each channel", (1, 1, 1, 2), True, np.float64, 0),
    ("a constant channel", (2, 2, 3, 2), True, np.float64, "constant"),
    ("every size different", (2, 3, 5, 4), True, np.float64, 0),
    ("every size different, inference", (2, 3, 5, 4), False, np.float64, 0),
    ("float32", (3, 4, 2, 5), True, np.float32, 0),
    ("float32, inference", (3, 4, 2, 5), False, np.float32, 0),
    ("numbers far from 0", (2, 3, 4, 2), True, np.float64, 1e5),
    ("one place each, as behind a dense layer", (6, 1, 1, 3), True, np.float64, 0),
)
# what is special, (B, H, W, C), filters, stride, dtype
SHORTCUTS = (
    ("stride 2, two channels more", (1, 2, 4, 1), 3, 2, np.float64),
    ("odd sizes", (2, 5, 3, 2), 4, 2, np.float64),
    ("more channels alone", (2, 3, 4, 2), 5, 1, np.float64),
    ("fewer places alone", (2, 4, 5, 3), 3, 2, np.float64),
    ("float32", (3, 6, 5, 2), 7, 2, np.float32),
    ("nothing to fit", (2, 2, 3, 4), 4, 1, np.float64),
)
# what is special, (B, H, W, C), filters, stride, training, dtype
BLOCKS = (
    ("one channel", (1, 2, 3, 1), 1, 1, True, np.float64),
    ("one channel, inference", (1, 2, 3, 1), 1, 1, False, np.float64),
    ("nothing to fit, inference", (2, 3, 4, 2), 2, 1, False, np.float64),
    ("nothing to fit, training", (3, 4, 2, 2), 2, 1, True, np.float64),
    ("half the places, more channels", (5, 6, 7, 2), 4, 2, False, np.float64),
    ("half the places, more channels, training", (2, 5, 6, 2), 4, 2, True, np.float64),
    ("float32", (3, 5, 4, 2), 4, 2, True, np.float32),
    ("float32, inference", (3, 5, 4, 2), 4, 1, False, np.float32),
    ("a last gamma and beta of 0", (2, 3, 4, 2), 4, 2, True, np.float64),
)
# what is special, (B, H, W, C), blocks, dtype
CHAINS = (
    ("one block, two channels", (1, 1, 3, 2), 1, np.float64),
    ("two blocks", (1, 2, 3, 2), 2, np.float64),
    ("every size different", (2, 3, 5, 4), 3, np.float64),
    ("float32", (3, 4, 2, 5), 2, np.float32),
    ("four blocks", (2, 2, 3, 3), 4, np.float64),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    yield from {"norm": norms, "shortcut": shortcuts, "block": blocks, "back": chains}[step](rng)


def norms(rng):
    for name, shape, training, dtype, where in NORMS:
        x = numbers(rng, shape)
        if where == "constant":
            x[..., 1] = x[0, 0, 0, 1]
        elif where:
            x = x + where
        names = ("gamma", "beta", "mean", "variance")
        norm = dict(zip(names, norm_of(rng, shape[-1], dtype), strict=True))
        yield Case(name, {"x": x.astype(dtype), **norm, "training": training})


def shortcuts(rng):
    for name, shape, filters, stride, dtype in SHORTCUTS:
        yield Case(name, {"x": numbers(rng, shape).astype(dtype), "filters": filters, "stride": stride})


def blocks(rng):
    for name, shape, filters, stride, training, dtype in BLOCKS:
        norm1, norm2 = norm_of(rng, filters, dtype), norm_of(rng, filters, dtype)
        if "of 0" in name:
            norm2[:2] = [np.zeros_like(norm2[0]), np.zeros_like(norm2[1])]
        inputs = {
            "x": numbers(rng, shape).astype(dtype),
            "K1": numbers(rng, (3, 3, shape[-1], filters)).astype(dtype),
            "norm1": norm1,
            "K2": numbers(rng, (3, 3, filters, filters)).astype(dtype),
            "norm2": norm2,
        }
        yield Case(name, {**inputs, "stride": stride, "training": training})


def chains(rng):
    for name, shape, count, dtype in CHAINS:
        width = shape[-1]
        Ks = [(numbers(rng, (width, width)) / 2).round(2).astype(dtype) for _ in range(count)]
        ys = [np.maximum(numbers(rng, shape), 0.0).astype(dtype) for _ in range(count)]
        for y in ys:
            y[0, 0, 0, :2] = 0.5, 0.0  # both sides of the relu, whatever was drawn
        dy = numbers(rng, shape).astype(dtype)
        dy[0, 0, 0, :2] = -0.7, 0.9  # a negative gradient through an open relu, a positive one at a closed one
        yield Case(name, {"dy": dy, "ys": ys, "Ks": Ks})


def numbers(rng, shape):
    return rng.normal(size=shape).round(2)


def norm_of(rng, channels, dtype):
    """[gamma, beta, mean, variance]; no scale is near 0, and no variance."""
    gamma = (rng.choice([-1, 1], channels) * rng.uniform(0.4, 1.6, channels)).round(2)
    variance = rng.uniform(0.3, 2.5, channels).round(2)
    return [one.astype(dtype) for one in (gamma, numbers(rng, channels), numbers(rng, channels), variance)]
