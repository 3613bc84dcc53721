"""Greedy suppression over a queue of indices, with all overlaps of one box computed at once.

The clamp at 0 makes empty boxes and boxes that do not meet alike: their area is 0. A stable sort of the negated scores
puts the best first and leaves equal ones in the order of their indices. Cost: every kept box is compared with all that
are left, N² overlaps at worst, and only N of them are held in memory at a time.
"""

import numpy as np


def area(x1, y1, x2, y2):
    return np.maximum(x2 - x1, 0) * np.maximum(y2 - y1, 0)


def iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (N, M, 2)
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = area(low[..., 0], low[..., 1], high[..., 0], high[..., 1])  # (N, M)
    union = area(*a.T)[:, None] + area(*b.T) - shared
    return shared / np.where(union > 0, union, 1)


def nms(boxes, scores, threshold):
    kept, queue = [], np.argsort(-scores, kind="stable")
    while len(queue):
        best, queue = queue[0], queue[1:]
        kept.append(int(best))
        overlaps = iou(boxes[best][None], boxes[queue])[0]
        queue = queue[overlaps <= threshold]
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        kept += [int(members[k]) for k in nms(boxes[members], scores[members], threshold)]
    return sorted(kept, key=lambda index: (-scores[index], index))
