"""
title: Intersection over union (IoU)
entry: iou
paper: Jaccard, "Étude comparative de la distribution florale dans une portion des Alpes et des Jura", 1901; for boxes:
    Everingham, Van Gool, Williams, Winn, Zisserman, "The PASCAL visual object classes (VOC) challenge", 2010
year: 1901
makes: score

Problem. A box is right only if it lies where the object is, and no two boxes ever agree to the last pixel. The distance of
two corners says little: ten pixels are nothing for a bus and everything for a ball.

Idea. Count pixels, in both boxes and in at least one:

    IoU(a, b) = |a and b| / |a or b| = shared / (area(a) + area(b) - shared)

    shared = max(0, min(right) - max(left)) * max(0, min(bottom) - max(top))

It is 1 for the same box, 0 for boxes that do not meet, and does not change when both are scaled. It is strict: a box of the
right size that is moved by a third of its width has an IoU of 1/2, and so has one that covers half of the object and nothing
else.

The usual mistake: the product of two negative sides is positive. Boxes that lie apart in both directions then share an
area; each side has to be cut at 0 on its own.

Where boxes do not meet, the IoU is 0 however far apart they are, and so is its gradient: as a loss it teaches nothing there.

Shapes: N and M boxes, each left, top, right, bottom.
"""

import numpy as np


def make():
    """`(boxes (N, 4), boxes (M, 4)) -> IoU (N, M)`."""
    return iou


def iou(a, b):
    """The IoU of each box of a (N, 4) with each of b (M, 4): (N, M). A box without an area has 0 with all."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])  # (N, M, 2)
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])  # (N, M, 2)
    sides = np.maximum(high - low, 0)  # (N, M, 2)
    shared = sides[..., 0] * sides[..., 1]  # (N, M)
    union = area(a)[:, None] + area(b)[None] - shared  # (N, M)
    return shared / np.where(union > 0, union, 1)


def area(boxes):
    """Width times height: (N, 4) -> (N,); 0 where a box ends before it begins."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]
