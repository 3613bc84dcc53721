"""Cases of multi-head attention: sizes that differ, one head, masks, large scores, self-attention, and one step of SGD."""

import numpy as np

from kdl.grade.case import Case, Train

HEADS = (  # what is special, (B, T, H, K)
    ("two heads of one feature", (1, 2, 2, 1)),
    ("every size different", (2, 5, 3, 4)),
    ("one head", (2, 3, 1, 4)),
    ("heads of one feature", (2, 3, 4, 1)),
    ("one position", (3, 1, 2, 4)),
    ("as many heads as positions", (2, 3, 3, 2)),
    ("every size equal", (3, 3, 3, 3)),
)
ATTEND = (  # what is special, (B, H, Tq, Tk, K), mask
    ("one head, one query", (1, 1, 1, 2, 2), None),
    ("two heads", (1, 2, 2, 2, 2), None),
    ("called without a mask", (1, 2, 2, 3, 2), "left out"),
    ("every size different", (2, 3, 4, 5, 6), None),
    ("a mask that hides nothing", (1, 2, 3, 4, 3), "all"),
    ("a mask", (2, 3, 4, 5, 2), "some"),
    ("a mask of its own for every sequence, as many as heads", (2, 2, 3, 4, 3), "some"),
    ("a causal mask", (1, 2, 4, 4, 3), "causal"),
    ("a mask that leaves one position", (2, 2, 3, 4, 3), "one"),
    ("large scores", (2, 2, 3, 5, 4), "large"),
    ("one key", (2, 2, 3, 1, 4), None),
)
LAYER = (  # what is special, (B, Tq, Tk, E, F, H, K), mask
    ("one head of one feature", (1, 1, 2, 1, 1, 1, 1), None),
    ("two heads", (1, 2, 3, 1, 2, 2, 2), None),
    ("called without a mask", (1, 2, 3, 2, 1, 2, 2), "left out"),
    ("every size different", (2, 3, 4, 5, 6, 4, 2), None),
    ("a mask", (2, 3, 5, 4, 3, 2, 3), "some"),
    ("self-attention, causal", (2, 4, 4, 6, 6, 3, 2), "causal"),
    ("one head", (2, 3, 4, 5, 2, 1, 3), "some"),
    ("every size equal", (2, 4, 4, 4, 4, 2, 2), None),
)
RATE = 0.5  # at which every weight moves by some percent of its size, and rounding errors stay small beside that


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    return {"split": split, "merge": merge, "attend": attend, "layer": layer, "learns": learns}[step](rng)


def split(rng):
    for name, (batch, length, heads, size) in HEADS:
        yield Case(name, {"x": numbers(rng, (batch, length, heads * size)), "num_heads": heads})


def merge(rng):
    for name, (batch, length, heads, size) in HEADS:
        yield Case(name, {"heads": numbers(rng, (batch, heads, length, size))})


def attend(rng):
    for name, (batch, heads, queries, keys, size), kind in ATTEND:
        draw = tens if kind == "large" else numbers
        q, k = (draw(rng, (batch, heads, length, size)) for length in (queries, keys))
        v = numbers(rng, (batch, heads, keys, size))
        yield Case(name, {"q": q, "k": k, "v": v, **masked(rng, (batch, queries, keys), kind)})


def layer(rng, train=False):
    for name, (batch, queries, keys, features, source_features, heads, size), kind in LAYER:
        width = heads * size
        query = numbers(rng, (batch, queries, features))
        source = query.copy() if name.startswith("self") else numbers(rng, (batch, keys, source_features))
        weights = {
            "query/kernel": numbers(rng, (features, width), 0.6),
            "key/kernel": numbers(rng, (source_features, width), 0.6),
            "value/kernel": numbers(rng, (source_features, width), 0.6),
            "project/kernel": numbers(rng, (width, width), 0.6),
        }
        yield Case(
            name,
            {"query": query, "source": source, **masked(rng, (batch, queries, keys), kind)},
            new={"num_heads": heads, "width": width},
            weights=weights,
            train=Train(numbers(rng, (batch, queries, width)), rate=RATE) if train else None,
        )


def learns(rng):
    yield from layer(rng, train=True)


def masked(rng, shape, kind):
    """The argument `mask`, or none at all."""
    if kind == "left out":
        return {}
    return {"mask": None if kind in (None, "large") else mask_of(rng, shape, kind)}


def mask_of(rng, shape, kind):
    """A boolean mask: every query may look somewhere, and (but for "all") every mask hides something."""
    batch, queries, keys = shape
    if kind == "all":
        return np.ones(shape, bool)
    if kind == "causal":
        return np.tile(np.tri(queries, keys, dtype=bool), (batch, 1, 1))
    mask = rng.random(shape) < (0.5 if kind == "some" else 0.0)
    shown = rng.integers(keys, size=(batch, queries))
    np.put_along_axis(mask, shown[..., None], True, axis=2)
    if kind == "some":  # something hidden in every row, and one mask different from the next
        hidden = (shown + 1 + rng.integers(keys - 1, size=shown.shape)) % keys
        np.put_along_axis(mask, hidden[..., None], False, axis=2)
    return mask


def numbers(rng, shape, scale=1.0):
    return (scale * rng.normal(size=shape)).round(2).astype(np.float32)


def tens(rng, shape):
    """-20, -10, 10 or 20: with K = 4 every score is exact in float32, so that close ones are equal in any order of work."""
    return rng.choice(np.array([-20.0, -10.0, 10.0, 20.0], np.float32), size=shape)
