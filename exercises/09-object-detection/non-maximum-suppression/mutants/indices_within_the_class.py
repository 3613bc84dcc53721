"""The indices that are returned count the boxes of one class."""

import numpy as np


def areas(boxes):
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]


def iou(a, b):
    upper_left = np.maximum(a[:, None, :2], b[None, :, :2])
    lower_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(lower_right - upper_left, 0)
    shared = sides[..., 0] * sides[..., 1]
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
    kept, where = [], []
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        kept += [int(place) for place in nms(boxes[members], scores[members], threshold)]
        where += [int(members[place]) for place in nms(boxes[members], scores[members], threshold)]
    order = sorted(range(len(kept)), key=lambda place: (-scores[where[place]], where[place]))
    return [kept[place] for place in order]
