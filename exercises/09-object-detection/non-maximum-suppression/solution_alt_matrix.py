"""The whole matrix of overlaps first, then a sweep that strikes rows out; classes are one more condition in the matrix.

In float64 throughout. N² numbers are held at once, which is fine for the few hundred boxes that survive a score limit.
"""

import numpy as np


def iou(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    sides_a, sides_b = (np.clip(boxes[:, 2:] - boxes[:, :2], 0, None) for boxes in (a, b))
    area_a, area_b = sides_a.prod(axis=1), sides_b.prod(axis=1)
    wide = np.minimum.outer(a[:, 2], b[:, 2]) - np.maximum.outer(a[:, 0], b[:, 0])
    high = np.minimum.outer(a[:, 3], b[:, 3]) - np.maximum.outer(a[:, 1], b[:, 1])
    shared = wide.clip(0) * high.clip(0)
    overlaps = np.zeros_like(shared)
    np.divide(shared, np.add.outer(area_a, area_b) - shared, out=overlaps, where=shared > 0)
    return overlaps


def sweep(rivals, scores):
    """Indices that survive, where rivals[i, j] says that i and j cannot both be kept."""
    alive = np.ones(len(scores), bool)
    kept = []
    for index in np.lexsort((np.arange(len(scores)), -scores)):
        if alive[index]:
            kept.append(index)
            alive &= ~rivals[index]
    return np.array(kept, int)


def nms(boxes, scores, threshold):
    return sweep(iou(boxes, boxes) > threshold, scores)


def nms_per_class(boxes, scores, classes, threshold):
    rivals = (iou(boxes, boxes) > threshold) & np.equal.outer(classes, classes)
    return sweep(rivals, scores)
