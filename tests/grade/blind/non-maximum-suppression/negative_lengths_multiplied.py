"""misconception: the intersection is width times height, and a negative area is set to 0 at the end

means: negative_product_cut_off
"""

import numpy as np


def iou(a, b):
    def size(box):
        return np.clip(box[:, 2] - box[:, 0], 0, None) * np.clip(box[:, 3] - box[:, 1], 0, None)

    w = np.minimum(a[:, None, 2], b[:, 2]) - np.maximum(a[:, None, 0], b[:, 0])
    h = np.minimum(a[:, None, 3], b[:, 3]) - np.maximum(a[:, None, 1], b[:, 1])
    inter = np.maximum(w * h, 0)
    union = size(a)[:, None] + size(b) - inter
    return np.divide(inter, union, out=np.zeros(inter.shape), where=union > 0)


def nms(boxes, scores, threshold):
    left = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [i for i in left if iou(boxes[[best]], boxes[[i]])[0, 0] <= threshold]
    return kept


def nms_per_class(boxes, scores, classes, threshold):
    survivors = np.zeros(len(scores), dtype=bool)
    for c in set(classes.tolist()):
        index = np.where(classes == c)[0]
        survivors[index[nms(boxes[index], scores[index], threshold)]] = True
    order = np.argsort(-scores, kind="stable")
    return [int(i) for i in order if survivors[i]]
