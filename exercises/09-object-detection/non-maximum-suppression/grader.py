"""Cases of suppression: boxes that do not meet, empty boxes, an overlap of just the threshold, chains, ties, no boxes.

Coordinates are quarters, so that areas are exact in float32, and an overlap is the threshold exactly or not nearly.
"""

import numpy as np

from kdl.grade.case import Case

# what is special, number of boxes, classes, threshold, dtype
CROWDS = (
    ("one box", 1, 1, 0.5, np.float64),
    ("three boxes", 3, 2, 0.5, np.float64),
    ("two classes", 7, 2, 0.375, np.float64),
    ("three classes", 12, 3, 0.25, np.float64),
    ("float32", 9, 2, 0.5, np.float32),
    ("a threshold of 1: nothing goes", 6, 2, 1.0, np.float64),
    ("no boxes", 0, 0, 0.5, np.float64),
)
# what is special, boxes from the best score to the lowest, their classes, threshold
PILES = (
    ("a chain: the one between two goes", [[0, 0, 4, 3], [1, 0, 5, 3], [2, 0, 6, 3]], [0, 0, 0], 0.5),
    ("a longer chain", [[0, k, 2, k + 4] for k in range(5)], [3, 3, 3, 3, 3], 0.5),
    ("a rival that was kept long ago", [[0, 0, 4, 3], [9, 0, 13, 3], [1, 0, 5, 3]], [0, 0, 0], 0.5),
    ("an overlap of just the threshold", [[0, 0, 2, 2], [0, 0, 2, 1]], [7, 7], 0.5),
    ("a threshold of 0, boxes that touch", [[0, 0, 2, 2], [2, 0, 4, 2], [1.75, 1, 3, 3]], [0, 0, 0], 0.0),
    ("boxes apart in x and in y", [[0, 0, 4, 4], [8, 8, 12, 12]], [0, 0], 0.5),
    ("a small box inside a large one", [[0, 0, 4, 4], [1, 1, 3, 3]], [3, 3], 0.5),
    ("two boxes that cross", [[0, 1, 6, 5], [1, 0.25, 5, 5.75]], [7, 7], 0.5),
    ("two empty boxes in one place", [[0, 0, 2, 2], [1, 1, 1, 3], [1, 1, 1, 3], [0, 0, 2, 1.75]], [0, 0, 0, 0], 0.5),
    ("two piles, the boxes in turn", [[0, 0, 4, 4], [0, 1, 4, 5], [0, 0, 3.75, 4], [0, 1, 4, 4.75]], [3, 0, 3, 0], 0.5),
    ("large coordinates", [[100, 100, 140, 140], [-200, -200, -160, -160]], [0, 3], 0.5),
    ("negative coordinates", [[0, 0, 10, 10], [-31.5, -31.5, -21.5, -21.5]], [0, 3], 0.5),
)
TIED = 40


def cases(rng, step):
    """The cases of one step."""
    if step == "iou":
        yield from pairs(rng)
        return
    for name, boxes, scores, classes, threshold in piles(rng):
        inputs = {"boxes": boxes, "scores": scores, "classes": classes, "threshold": threshold}
        if step == "nms":
            del inputs["classes"]
        yield Case(name, inputs)


# ---- step 1 ----------------------------------------------------------------------------------------------------------


def pairs(rng):
    """Boxes against boxes; N and M differ."""
    for name, (n, m), dtype in (
        ("one box and one box", (1, 1), np.float64),
        ("two boxes and three", (2, 3), np.float64),
        ("many boxes", (5, 7), np.float64),
        ("float32", (3, 5), np.float32),
        ("large coordinates, float32", (6, 2), np.float32),
    ):
        far = 400 if "large" in name else 0
        yield Case(name, {"a": (near(rng, n) + far).astype(dtype), "b": (near(rng, m) + far).astype(dtype)})
    box = near(rng, 1)[0]
    width, height = box[2] - box[0], box[3] - box[1]
    right, up = np.array([1, 0, 1, 0]) * (width + 1), np.array([0, 1, 0, 1]) * (height + 1)
    yield Case("boxes that do not meet", {"a": box[None], "b": np.array([box + right, box - up, box + right + up])})
    touching = np.array([box + [width, 0, width, 0], box - [0, height, 0, height]])
    yield Case("boxes that only touch", {"a": box[None], "b": touching})
    inside = box + [0.25, 0.25, -0.25, -0.25]
    yield Case("a box inside another", {"a": np.array([box, inside]), "b": np.array([inside, box, box + 0.5])})
    flat, thin, turned, half = box[[0, 1, 2, 1]], box[[0, 1, 0, 3]], box[[2, 3, 0, 1]], box[[2, 1, 0, 3]]
    yield Case("empty boxes", {"a": np.array([box, flat]), "b": np.array([flat, thin, turned, half, box])})
    yield Case("empty boxes against themselves", {"a": np.array([flat, turned]), "b": np.array([turned, flat, thin])})
    yield Case("no boxes on the left", {"a": np.zeros((0, 4)), "b": near(rng, 3)})
    yield Case("no boxes on the right", {"a": near(rng, 2), "b": np.zeros((0, 4))})


def quarters(rng, low, high, shape):
    return rng.integers(4 * low, 4 * high + 1, size=shape) / 4


def near(rng, count):
    """Boxes round 0 that mostly meet, and of different widths and heights."""
    corner = quarters(rng, -4, 1, (count, 2))
    return np.concatenate([corner, corner + quarters(rng, 1, 6, (count, 2))], axis=1).reshape(count, 4)


# ---- steps 2 and 3 ---------------------------------------------------------------------------------------------------


def piles(rng):
    """(what is special, boxes, scores, classes, threshold)."""
    for name, count, kinds, threshold, dtype in CROWDS:
        classes = rng.permutation(np.resize(rng.permutation([0, 3, 7])[:kinds], count))
        yield name, crowd(rng, count).astype(dtype), falling(rng, count).astype(dtype), classes.astype(int), threshold
    for name, boxes, classes, threshold in PILES:
        order = rng.permutation(len(boxes))
        scores = falling(rng, len(boxes))
        yield name, np.array(boxes, float)[order], scores[order], np.array(classes)[order], threshold
        if name == "an overlap of just the threshold":
            yield f"{name}, float32", np.array(boxes, np.float32), scores.astype(np.float32), np.array(classes), threshold
    boxes = crowd(rng, 6)
    boxes[4] = boxes[1] + [0.25, 0, 0.25, 0]
    yield "equal scores", boxes, np.full(6, falling(rng, 1)[0]), np.array([0, 3, 0, 0, 3, 3]), 0.5
    yield "many boxes with three scores", *many_ties(rng), 0.5
    yield "many boxes with three scores, in pairs", *tied_pairs(rng), 0.5


def many_ties(rng):
    """Boxes of one class that do not meet, so that the whole order shows: sorts that are not stable mix up more than 16."""
    scores = rng.permutation(np.resize(falling(rng, 3), TIED))
    corner = 3.0 * np.arange(TIED)[:, None] * [1, 0]
    return np.concatenate([corner, corner + 2], axis=1), scores, np.full(TIED, 3)


def tied_pairs(rng):
    """Each box meets one other of its class and score, so that their order says which of the two is kept."""
    half = TIED // 2
    scores = rng.permutation(np.resize(falling(rng, 3), half))
    corner = 3.0 * np.arange(half)[:, None] * [1, 0]
    boxes = np.concatenate([corner, corner + 2], axis=1)
    order = rng.permutation(TIED)
    return np.concatenate([boxes, boxes + [0, 0, 0, 0.25]])[order], np.resize(scores, TIED)[order], np.full(TIED, 3)


def falling(rng, count):
    """Scores that are exact in float32, no two alike, from the best to the lowest."""
    return np.sort(rng.permutation(np.arange(1, 128))[:count])[::-1] / 128


def crowd(rng, count):
    """Boxes in two heaps, so that some overlap, in no order."""
    middle = np.array([[-5.0, -5, -1, -2], [2, 1, 7, 5]])[rng.permutation(np.arange(count) % 2)]
    return (middle + quarters(rng, -1, 1, (count, 4))).reshape(count, 4)
