"""misconception: the answer lists the kept boxes of the first class, then those of the next

means: classes_one_after_another
"""

import numpy as np


def area(boxes):
    return np.maximum(boxes[..., 2] - boxes[..., 0], 0) * np.maximum(boxes[..., 3] - boxes[..., 1], 0)


def iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = area(np.concatenate([low, high], axis=-1))
    union = area(a)[:, None] + area(b)[None, :] - inter
    return np.where(union > 0, inter / np.where(union > 0, union, 1.0), 0.0)


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
    for c in sorted(set(classes.tolist())):
        mine = np.nonzero(classes == c)[0]
        kept += [int(mine[i]) for i in nms(boxes[mine], scores[mine], threshold)]
    return kept
