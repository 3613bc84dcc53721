"""misconception: an overlap that reaches the threshold is too much already

means: a_threshold_reached_is_too_much
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
    order = sorted(range(len(boxes)), key=lambda n: -scores[n])
    kept = []
    for n in order:
        keep = True
        for k in kept:
            if iou(boxes[n : n + 1], boxes[k : k + 1])[0, 0] >= threshold:
                keep = False
                break
        if keep:
            kept.append(n)
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    survivors = np.zeros(len(scores), dtype=bool)
    for c in set(classes.tolist()):
        index = np.where(classes == c)[0]
        survivors[index[nms(boxes[index], scores[index], threshold)]] = True
    order = np.argsort(-scores, kind="stable")
    return [int(i) for i in order if survivors[i]]
