"""
title: Non-maximum suppression (NMS)
entry: nms
paper: Neubeck, Van Gool, "Efficient non-maximum suppression", 2006
year: 2006
makes: filter

Problem. A detector answers at every place of a picture, and several places see the same object: one cat, nine boxes, all of
them good. Eight of them are counted as wrong.

Idea. Believe the best box, and drop what overlaps it too much; of the rest believe the best again.

    K = {}
    while boxes are left:  b = the one with the highest score;  K = K and b;  drop b and every c with IoU(b, c) > t

A dropped box drops nothing: the two neighbours of a box that is gone may both stay.

The threshold t is a choice between two mistakes. A high one keeps two boxes on one object, a low one takes the second of
two objects that stand close: two cats whose boxes overlap by 0.6 can never both be found with t = 0.5.

The usual mistake: suppressing across kinds. The rider's box and the horse's overlap, and both are right; the boxes of each
kind are thinned by themselves (`of_each_kind`).

It is no part of the training: the loss wants each place to answer for itself, and the duplicates are taken out afterwards.

Shapes: N boxes, K of them kept.
"""

import numpy as np

from kdl.metrics.iou import iou


def make(threshold=0.5):
    """`(boxes (N, 4), scores (N,)) -> places (K,)`: which boxes stay, best first; `threshold` 0 to 1."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must be between 0 and 1. Received: threshold={threshold}")

    def keep(boxes, scores):
        return kept(boxes, scores, threshold)

    return keep


def kept(boxes, scores, threshold):
    """The places of the boxes (N, 4) that stay, best first: (K,). Of equal scores the first is the better."""
    overlaps = iou(boxes, boxes)  # (N, N)
    left = np.ones(len(boxes), bool)  # (N,)
    stay = []
    for best in np.argsort(-scores, kind="stable"):
        if left[best]:
            stay.append(best)
            left &= overlaps[best] <= threshold
    return np.array(stay, int)  # (K,)


def of_each_kind(found, threshold, most=100):
    """Rows (N, 6) of kind, box and score, thinned kind by kind -> the rows that stay, best first, at most `most`."""
    stay = [np.flatnonzero(found[:, 0] == kind) for kind in np.unique(found[:, 0])]
    stay = [rows[kept(found[rows, 1:5], found[rows, 5], threshold)] for rows in stay]
    rows = np.concatenate(stay) if stay else np.zeros(0, int)  # (K,)
    return found[rows[np.argsort(-found[rows, 5], kind="stable")][:most]]
