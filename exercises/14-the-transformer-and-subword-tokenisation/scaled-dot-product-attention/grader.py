"""Cases of attention: lengths and sizes that all differ, masks of every kind, large scores, one position, both float types."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, Tq, Tk, D, Dv), kind of mask, dtype
SIZES = (
    ("one query, two keys", (1, 1, 2, 1, 1), "all", np.float64),
    ("cross-attention: every size different", (2, 3, 5, 4, 6), "some", np.float64),
    ("more queries than keys", (2, 5, 3, 2, 4), "some", np.float64),
    ("every size equal", (3, 3, 3, 3, 3), "some", np.float64),
    ("one query and one key", (2, 1, 1, 3, 2), "all", np.float64),
    ("float32", (3, 2, 4, 5, 6), "some", np.float32),
    ("large scores", (2, 3, 4, 2, 5), "some", np.float64),
    ("large scores, float32", (2, 4, 3, 1, 2), "some", np.float32),
    ("large scores, close together", (2, 2, 3, 4, 5), "some", np.float64),
    ("a query that may look at no key", (2, 3, 4, 5, 6), "none", np.float64),
    ("the last keys are padding", (3, 2, 5, 4, 1), "padding", np.float64),
    ("the largest score is masked out", (2, 3, 4, 2, 5), "first hidden", np.float64),
    ("every score that counts is very negative", (2, 4, 3, 5, 2), "first hidden", np.float64),
)
# what is special, (B, T, D, Dv), dtype
LENGTHS = (
    ("two positions", (1, 2, 1, 1), np.float64),
    ("every size different", (2, 4, 3, 5), np.float64),
    ("every size equal", (3, 3, 3, 3), np.float64),
    ("one position", (3, 1, 2, 4), np.float64),
    ("float32", (3, 5, 4, 2), np.float32),
    ("large scores", (2, 5, 4, 3), np.float64),
    ("the largest score is in the future", (2, 3, 2, 4), np.float64),
)


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    if step == "causal":
        for name, (batch, length, size, size_v), dtype in LENGTHS:
            q, k = compared(rng, name, (batch, length, size), (batch, length, size))
            v = rng.normal(size=(batch, length, size_v)).round(2)
            yield Case(name, {"q": q.astype(dtype), "k": k.astype(dtype), "v": v.astype(dtype)})
        return
    for name, (batch, queries, keys, size, size_v), kind, dtype in SIZES:
        q, k = compared(rng, name, (batch, queries, size), (batch, keys, size))
        v = rng.normal(size=(batch, keys, size_v)).round(2)
        mask = masked(rng, kind, (batch, queries, keys))
        inputs = {"q": q.astype(dtype), "k": k.astype(dtype)}
        if step == "scores":
            if kind in ("all", "some"):
                yield Case(name, inputs)
        elif step == "softmax":
            yield Case(name, {"scores": (q @ k.swapaxes(1, 2)).round(2).astype(dtype), "mask": mask})
        else:
            yield Case(name, {**inputs, "v": v.astype(dtype), "mask": mask})


def compared(rng, name, shape_q, shape_k):
    """Queries and keys whose scores are what the name says."""
    q, k = rng.normal(size=shape_q).round(2), rng.normal(size=shape_k).round(2)
    if "close together" in name:  # the same large share in every score
        q[..., 0], k[..., 0] = 50, 100
    elif name.startswith("large scores"):
        q, k = 30 * rng.choice([-2.0, -1.0, 1.0, 2.0], size=shape_q), 30 * rng.choice([-2.0, -1.0, 1.0, 2.0], size=shape_k)
        if "float32" in name:  # all keys differ: the logarithm of a sum of equals would lose digits there
            k = 30 * rng.permuted(np.tile([-2.0, -1.0, 1.0, 2.0], (shape_k[0], 1)), axis=1)[:, : shape_k[1], None]
    elif "largest" in name:
        q, k[:, -1 if "future" in name else 0] = abs(q) + 1, 2000
    elif "negative" in name:
        q, k[:, 1:] = abs(q) + 1, (k[:, 1:] / 10 - 20000).round(2)
    return q, k


def masked(rng, kind, shape):
    """A mask that hides something in every row, and leaves something but where the kind is "none"."""
    batch, _, keys = shape
    mask = np.ones(shape, bool)
    if kind == "padding":
        mask &= np.arange(keys) < rng.integers(1, keys, size=(batch, 1, 1))
    elif kind == "first hidden":
        mask[..., 0] = False
    elif kind != "all":
        order = rng.permuted(np.broadcast_to(np.arange(keys), shape), axis=2)
        mask = order < rng.integers(1, keys, size=shape[:2])[..., None]
    if kind == "none":
        mask[0, 1] = False
    return mask
