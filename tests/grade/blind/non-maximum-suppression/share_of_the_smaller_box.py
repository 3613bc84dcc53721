"""misconception: the overlap is the intersection divided by the smaller of the two areas

means: overlap_with_the_smaller_box
"""

import numpy as np


def iou(a, b):
    overlaps = np.zeros((a.shape[0], b.shape[0]))
    for i in range(a.shape[0]):
        wa, ha = a[i, 2:] - a[i, :2]
        for j in range(b.shape[0]):
            wb, hb = b[j, 2:] - b[j, :2]
            w = min(a[i, 2], b[j, 2]) - max(a[i, 0], b[j, 0])
            h = min(a[i, 3], b[j, 3]) - max(a[i, 1], b[j, 1])
            if w <= 0 or h <= 0:
                continue
            overlaps[i, j] = w * h / min(wa * ha, wb * hb)
    return overlaps


def nms(boxes, scores, threshold):
    left = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [i for i in left if iou(boxes[[best]], boxes[[i]])[0, 0] <= threshold]
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for c in np.unique(classes):
        where = np.flatnonzero(classes == c)
        for local in nms(boxes[where], scores[where], threshold):
            kept.append(int(where[local]))
    return sorted(kept, key=lambda i: (-scores[i], i))
