"""misconception: slip: sorts upwards and reverses, which turns equal scores round as well

means: equal_scores_come_backwards
"""

import numpy as np


def side(low, high):
    return max(high - low, 0.0)


def iou(a, b):
    overlaps = np.zeros((len(a), len(b)))
    for i, (ax1, ay1, ax2, ay2) in enumerate(a):
        for j, (bx1, by1, bx2, by2) in enumerate(b):
            inter = side(max(ax1, bx1), min(ax2, bx2)) * side(max(ay1, by1), min(ay2, by2))
            union = side(ax1, ax2) * side(ay1, ay2) + side(bx1, bx2) * side(by1, by2) - inter
            if union > 0:
                overlaps[i, j] = inter / union
    return overlaps


def nms(boxes, scores, threshold):
    order = np.argsort(scores, kind="stable")[::-1]
    overlaps = iou(boxes, boxes)
    kept = []
    while len(order) > 0:
        i = order[0]
        kept.append(int(i))
        rest = order[1:]
        order = rest[overlaps[i, rest] <= threshold]
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for c in np.unique(classes):
        where = np.flatnonzero(classes == c)
        for local in nms(boxes[where], scores[where], threshold):
            kept.append(int(where[local]))
    return sorted(kept, key=lambda i: (-scores[i], i))
