"""misconception: the area of the union is the sum of the two areas

means: shared_part_counted_twice
"""

import numpy as np


def box_area(box):
    w, h = box[2] - box[0], box[3] - box[1]
    return w * h if w > 0 and h > 0 else 0.0


def iou(a, b):
    rows = []
    for p in a:
        for q in b:
            inter = box_area([max(p[0], q[0]), max(p[1], q[1]), min(p[2], q[2]), min(p[3], q[3])])
            union = box_area(p) + box_area(q)
            rows.append(inter / union if union else 0.0)
    return np.array(rows, dtype=float).reshape(len(a), len(b))


def nms(boxes, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    overlaps = iou(boxes, boxes)
    kept = []
    for i in order:
        if all(overlaps[i, k] <= threshold for k in kept):
            kept.append(int(i))
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    survivors = np.zeros(len(scores), dtype=bool)
    for c in set(classes.tolist()):
        index = np.where(classes == c)[0]
        survivors[index[nms(boxes[index], scores[index], threshold)]] = True
    order = np.argsort(-scores, kind="stable")
    return [int(i) for i in order if survivors[i]]
