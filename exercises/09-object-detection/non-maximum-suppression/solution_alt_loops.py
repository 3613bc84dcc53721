"""One pair of boxes at a time, in Python floats, with the definition of step 2 word for word."""

import numpy as np


def area(box):
    x1, y1, x2, y2 = box
    return float(x2 - x1) * float(y2 - y1) if x2 > x1 and y2 > y1 else 0.0


def overlap(one, two):
    shared = area((max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3])))
    return shared / (area(one) + area(two) - shared) if shared else 0.0


def iou(a, b):
    return np.array([[overlap(one, two) for two in b] for one in a]).reshape(len(a), len(b))


def by_score(scores):
    return sorted(range(len(scores)), key=lambda index: (-scores[index], index))


def nms(boxes, scores, threshold):
    kept = []
    for index in by_score(scores):
        if all(overlap(boxes[index], boxes[other]) <= threshold for other in kept):
            kept.append(index)
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for index in by_score(scores):
        rivals = [other for other in kept if classes[other] == classes[index]]
        if not any(overlap(boxes[index], boxes[other]) > threshold for other in rivals):
            kept.append(index)
    return kept
