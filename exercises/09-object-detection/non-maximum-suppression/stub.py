"""Non-maximum suppression, by hand: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def iou(a, b):
    """Intersection over union of every box of a with every box of b.

    Shapes: a (N, 4), b (M, 4), rows x1, y1, x2, y2. Returns overlaps (N, M); 0 where the union is empty.
    """
    raise NotImplementedError("step 1: corners of the intersections, areas, and their ratio")


def nms(boxes, scores, threshold):
    """The boxes that no better kept box overlaps by more than the threshold.

    Shapes: boxes (N, 4), scores (N,). Returns kept: indices, best score first.
    """
    raise NotImplementedError("step 2: from the best score to the lowest, keep what no kept box overlaps too much")


def nms_per_class(boxes, scores, classes, threshold):
    """The same, where boxes suppress only boxes of their own class.

    Shapes: boxes (N, 4), scores (N,), classes (N,) of int. Returns kept: indices, best score first.
    """
    raise NotImplementedError("step 3: suppress within each class, then put all kept boxes in order of their scores")
