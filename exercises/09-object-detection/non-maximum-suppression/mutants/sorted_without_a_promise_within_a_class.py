"""The default sort of NumPy within a class; the kept boxes of all classes are then put in the right order."""

import numpy as np


def sizes(boxes):
    return np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)


def iou(a, b):
    wide = np.minimum(a[:, None, 2], b[:, 2]) - np.maximum(a[:, None, 0], b[:, 0])
    high = np.minimum(a[:, None, 3], b[:, 3]) - np.maximum(a[:, None, 1], b[:, 1])
    shared = np.maximum(wide, 0) * np.maximum(high, 0)
    union = sizes(a)[:, None] + sizes(b)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def nms(boxes, scores, threshold):
    overlaps, kept = iou(boxes, boxes), []
    for index in np.argsort(-scores):
        if np.all(overlaps[index, kept] <= threshold):
            kept.append(int(index))
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    kept = []
    for one in np.unique(classes):
        members = np.flatnonzero(classes == one)
        kept += [int(members[k]) for k in nms(boxes[members], scores[members], threshold)]
    return sorted(kept, key=lambda index: (-scores[index], index))
