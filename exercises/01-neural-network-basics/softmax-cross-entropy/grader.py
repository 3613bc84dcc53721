"""Cases of softmax and cross-entropy: sizes that differ, large logits of both signs, one class, both float types."""

import numpy as np

from kdl.grade.case import Case

# what is special, (B, C), dtype
SIZES = (
    ("one example, two classes", (1, 2), np.float64),
    ("two examples, three classes", (2, 3), np.float64),
    ("more examples than classes", (5, 3), np.float64),
    ("more classes than examples", (2, 6), np.float64),
    ("as many examples as classes", (4, 4), np.float64),
    ("one class", (3, 1), np.float64),
    ("float32", (4, 7), np.float32),
    ("large logits", (3, 4), np.float64),
    ("large negative logits", (2, 5), np.float64),
    ("each row at another height", (4, 3), np.float64),
)
# What is added to the logits of each row.
HEIGHTS = {
    "large logits": [1000.0],
    "large negative logits": [-1000.0],
    "each row at another height": [1000.0, -1000.0, 0.0, 500.0],
}
FAR_APART = (
    ("one class far above the rest", (3, 4), np.float64),
    ("one class far above the rest, float32", (4, 5), np.float32),
)
AHEAD = 20.0  # the probabilities behind it are around 1e-9: tiny, but not rounded away


def cases(rng, step):
    """The cases of one step; numbers with two decimals, so that they can be typed again."""
    labelled = step in ("loss", "gradient")
    for name, (batch, classes), dtype in SIZES:
        if classes == 1 and step != "softmax":
            continue  # zero everywhere, but for rounding
        logits = rng.normal(scale=2.0, size=(batch, classes)).round(2)
        logits += np.resize(HEIGHTS.get(name, [0.0]), (batch, 1))
        inputs = {"logits": logits.round(2).astype(dtype)}
        yield Case(name, inputs | {"labels": some_labels(rng, batch, classes)} if labelled else inputs)
    for name, (batch, classes), dtype in FAR_APART:
        top = rng.integers(classes, size=batch)
        inputs = {"logits": far_apart(rng, top, classes).astype(dtype)}
        labels = (top + np.resize([1, 0, 2], batch)) % classes  # the top of its row for the second example alone
        yield Case(name, inputs | {"labels": labels} if labelled else inputs)
    if step == "loss":
        yield sure_and_right(rng)
    if step in ("log-softmax", "loss"):
        logits = rng.normal(size=(3, 5)).round(2)
        logits[:, 1] += AHEAD
        inputs = {"logits": logits.round(2)}
        yield Case("one class well ahead", inputs | {"labels": np.array([0, 3, 1])} if labelled else inputs)


def sure_and_right(rng):
    """Two examples whose true class is far above the rest, and an ordinary one, so that the loss is not 0."""
    labels = rng.integers(4, size=3)
    logits = far_apart(rng, labels, 4)
    logits[-1] = rng.normal(scale=2.0, size=4).round(2)
    return Case("sure and right, but for one example", {"logits": logits, "labels": labels})


def some_labels(rng, batch, classes):
    """Labels that are not all the same where there is room for two."""
    labels = rng.integers(classes, size=batch)
    if batch > 1 and classes > 1 and np.all(labels == labels[0]):
        labels[0] = (labels[0] + 1) % classes
    return labels


def far_apart(rng, top, classes):
    """Rows in which one class is so far above the rest that the probabilities of all others underflow.

    In float32 a logit near 1000 has four decimals only. Here every p is 0 or 1, and log p 0 or about -1000, so that it does
    not matter in which order they are subtracted.
    """
    logits = rng.normal(scale=2.0, size=(len(top), classes))
    logits[np.arange(len(top)), top] += np.resize([1000.0, 900.0], len(top))
    return logits.round(2)
