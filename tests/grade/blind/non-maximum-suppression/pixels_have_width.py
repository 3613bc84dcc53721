"""misconception: a box from 0 to 2 covers the pixels 0, 1 and 2, so its width is 3

means: one_added_to_every_side
"""

import numpy as np


def iou(a, b):
    result = np.zeros((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            x1, y1 = max(a[i, 0], b[j, 0]), max(a[i, 1], b[j, 1])
            x2, y2 = min(a[i, 2], b[j, 2]), min(a[i, 3], b[j, 3])
            inter = max(0, x2 - x1 + 1) * max(0, y2 - y1 + 1)
            area_a = max(0, a[i, 2] - a[i, 0] + 1) * max(0, a[i, 3] - a[i, 1] + 1)
            area_b = max(0, b[j, 2] - b[j, 0] + 1) * max(0, b[j, 3] - b[j, 1] + 1)
            union = area_a + area_b - inter
            result[i, j] = inter / union if union > 0 else 0.0
    return result


def nms(boxes, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    overlaps = iou(boxes, boxes)
    kept = []
    for i in order:
        if all(overlaps[i, k] <= threshold for k in kept):
            kept.append(int(i))
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for c in np.unique(classes):
        where = np.flatnonzero(classes == c)
        for local in nms(boxes[where], scores[where], threshold):
            kept.append(int(where[local]))
    return sorted(kept, key=lambda i: (-scores[i], i))
