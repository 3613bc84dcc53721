"""misconception: slip: after sorting the boxes, returns their places in the sorted list

means: places_in_the_order
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
    order = np.argsort(-scores, kind="stable")
    ranked = boxes[order]
    overlaps = iou(ranked, ranked)
    alive = np.ones(len(ranked), dtype=bool)
    kept = []
    for i in range(len(ranked)):
        if alive[i]:
            kept.append(i)
            alive[i + 1 :] &= overlaps[i, i + 1 :] <= threshold
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    survivors = np.zeros(len(scores), dtype=bool)
    for c in set(classes.tolist()):
        index = np.where(classes == c)[0]
        survivors[index[nms(boxes[index], scores[index], threshold)]] = True
    order = np.argsort(-scores, kind="stable")
    return [int(i) for i in order if survivors[i]]
