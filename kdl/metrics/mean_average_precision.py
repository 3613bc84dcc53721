"""
title: Mean average precision (mAP)
entry: mean-average-precision
paper: Everingham, Van Gool, Williams, Winn, Zisserman, "The PASCAL visual object classes (VOC) challenge", 2010; averaged
    over thresholds: Lin and others, "Microsoft COCO: Common objects in context", 2014, arXiv:1405.0312
year: 2010
makes: score

Problem. A detector gives a list of boxes, each with a kind and a score. It can be wrong in two ways, missing objects and
seeing what is not there, and which of them it does more depends on the score from which on we believe it.

Idea. Look at every such score. For one kind, over all pictures, take the boxes best first. A box is right if its IoU with
an object of that kind is at least t, and no better box has taken that object before; the second box on an object is wrong.
After each box:

    precision = right so far / boxes so far                recall = right so far / objects

    p(r) = max of the precision wherever the recall is at least r              it no longer goes up and down
    AP   = mean of p(r) over r = 0, 0.01, .., 1                               0 beyond the highest recall
    mAP  = mean of AP over the kinds; "COCO" means over t = 0.50, 0.55, .., 0.95, too

The 101 recalls are COCO's; VOC took 11 of them, later every recall that is reached.

AP rewards order: the same boxes with right ones in front score more. The height of a score does not matter, nor does a
threshold on it: dropping boxes of low score can only lose.

By size: AP of the small objects leaves the others out. A box on an object of another size is no mistake there, and neither
is a box of another size on nothing; both are left out.

The usual mistake: to sort and count within each picture and average those. A detector that is sure of nonsense in one
picture puts it before all good boxes of the other pictures, and that has to cost.

Shapes: per picture N objects, rows (N, 5) of kind and box; M boxes found, rows (M, 6) of kind, box and score; G objects and
D boxes of one kind.
"""

import numpy as np

from kdl.metrics.iou import area, iou

COCO = tuple(np.linspace(0.5, 0.95, 10))  # the thresholds of the IoU
ANY = (0.0, np.inf)  # every size
RECALLS = np.linspace(0, 1, 101)


def make(thresholds=(0.5,), sizes=ANY, most=100):
    """`(truth, found) -> mAP`: a list with an array (N, 5) and one with an array (M, 6) for each picture.

    Args:
        thresholds: of the IoU; the mean is taken over them. `COCO` has ten.
        sizes: the least and the largest area of the objects that count.
        most: boxes of a picture and kind that are looked at, best first.
    """

    def score(truth, found):
        return evaluated(truth, found, thresholds, sizes, most)[0]

    return score


def evaluated(truth, found, thresholds=(0.5,), sizes=ANY, most=100):
    """(mAP, mean of the highest recall), over kinds and thresholds; NaN where no object counts. See `make`."""
    scores = []
    for kind in np.unique(np.concatenate([rows[:, 0] for rows in truth])):
        pictures = [_of_kind(*rows, kind, sizes, most) for rows in zip(truth, found, strict=True)]
        objects = sum(int((~aside).sum()) for _, aside, _, _ in pictures)
        if objects:
            scores += [_average_precision(pictures, objects, threshold) for threshold in thresholds]
    return tuple(float(number) for number in np.mean(scores, axis=0)) if scores else (np.nan, np.nan)


def _of_kind(truth, found, kind, sizes, most):
    """One picture, one kind: IoU (D, G), boxes best first; which objects (G,) and boxes (D,) have another size; scores (D,)."""
    truth, found = truth[truth[:, 0] == kind, 1:], found[found[:, 0] == kind, 1:]
    found = found[np.argsort(-found[:, 4], kind="stable")[:most]]
    aside, strange = (~((sizes[0] <= area(boxes)) & (area(boxes) <= sizes[1])) for boxes in (truth, found[:, :4]))
    order = np.argsort(aside, kind="stable")  # a box takes an object that counts, if there is one
    return iou(found[:, :4], truth[order]), aside[order], strange, found[:, 4]


def _average_precision(pictures, objects, threshold):
    """(AP, highest recall) of one kind at one threshold, from what `_of_kind` says of each picture."""
    judged = [_judged(overlaps, aside, strange, threshold) for overlaps, aside, strange, _ in pictures]
    right, counts = (np.concatenate(parts) for parts in zip(*judged, strict=True))  # (D,) each, of all pictures
    order = np.argsort(-np.concatenate([scores for *_, scores in pictures]), kind="stable")
    right, counts = right[order], counts[order]
    hits = np.cumsum(right & counts)
    recall, precision = hits / objects, hits / np.maximum(np.cumsum(counts), 1)
    if not len(hits):
        return 0.0, 0.0
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, RECALLS)
    return np.append(precision, 0.0)[at].mean(), recall[-1]


def _judged(overlaps, aside, strange, threshold):
    """Which boxes are right (D,), and which count (D,): not those on an object, or on nothing, of another size."""
    right, counts = np.zeros(len(overlaps), bool), ~strange
    free = np.ones(len(aside), bool)
    for box, row in enumerate(overlaps):
        fits = free & (row >= threshold)
        fits = fits & ~aside if (fits & ~aside).any() else fits
        if fits.any():
            taken = len(row) - 1 - np.argmax(np.where(fits, row, -1)[::-1])  # of equal ones the last, as in COCO's code
            right[box], counts[box], free[taken] = True, not aside[taken], False
    return right, counts


def by_size(truth, found, edges=(32**2, 96**2)):
    """AP (COCO's mean over thresholds), AP50, AP75; AP of small, medium and large objects; recall: COCO's mean, 100 boxes.

    Args:
        truth, found: as `make` says.
        edges: areas at which small ends and large begins.
    """
    small, large = edges
    ap, recall = evaluated(truth, found, COCO)
    parts = {"small": (0.0, small), "medium": (small, large), "large": (large, np.inf)}
    return {
        "AP": ap,
        "AP50": evaluated(truth, found)[0],
        "AP75": evaluated(truth, found, (0.75,))[0],
        **{name: evaluated(truth, found, COCO, sizes)[0] for name, sizes in parts.items()},
        "recall": recall,
    }
