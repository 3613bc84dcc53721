"""misconception: a box has to go when any box with a better score overlaps it too much

means: gone_boxes_suppress_too
"""

import numpy as np


def area(boxes):
    return np.maximum(boxes[..., 2] - boxes[..., 0], 0) * np.maximum(boxes[..., 3] - boxes[..., 1], 0)


def iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = area(np.concatenate([low, high], axis=-1))
    union = area(a)[:, None] + area(b)[None, :] - inter
    return np.where(union > 0, inter / np.where(union > 0, union, 1.0), 0.0)


def nms(boxes, scores, threshold):
    order = list(np.argsort(-scores, kind="stable"))
    overlaps = iou(boxes, boxes)
    kept = []
    for rank, i in enumerate(order):
        better = order[:rank]
        if not any(overlaps[i, j] > threshold for j in better):
            kept.append(int(i))
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for c in np.unique(classes):
        where = np.flatnonzero(classes == c)
        for local in nms(boxes[where], scores[where], threshold):
            kept.append(int(where[local]))
    return sorted(kept, key=lambda i: (-scores[i], i))
