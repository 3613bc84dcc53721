"""misconception: the kept boxes are listed by index, and what nms returns for the boxes of one class are indices already

means: kept_in_the_order_of_the_index, indices_within_the_class, several
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
    todo = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    kept = []
    for i in todo:
        if not kept or iou(boxes[[i]], boxes[kept]).max() <= threshold:
            kept.append(i)
    return sorted(kept)


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for c in np.unique(classes):
        chosen = classes == c
        kept.extend(nms(boxes[chosen], scores[chosen], threshold))
    return sorted(kept, key=lambda i: (-scores[i], i))
