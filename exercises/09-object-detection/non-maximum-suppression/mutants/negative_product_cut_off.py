"""Where boxes do not meet, the area of the intersection comes out negative, so it is enough to cut off the product at 0."""

import numpy as np


def areas(boxes):
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]


def iou(a, b):
    upper_left = np.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = lower_right - upper_left
    shared = np.maximum(sides[..., 0] * sides[..., 1], 0)
    union = areas(a)[:, None] + areas(b)[None, :] - shared
    return np.where(union > 0, shared / np.where(union > 0, union, 1), 0)


def nms(boxes, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    overlaps = iou(boxes, boxes)
    kept = []
    for index in order:
        if all(overlaps[index, other] <= threshold for other in kept):
            kept.append(int(index))
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        kept += [int(members[place]) for place in nms(boxes[members], scores[members], threshold)]
    return sorted(kept, key=lambda index: (-scores[index], index))
