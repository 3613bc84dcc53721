"""
title: Find emoji on photographs, one answer for each default box
data: emoji-scenes
metric: mAP
baseline: 0.0147, the same boxes in every picture: the mean answer of each place
target: 0.6

A scene of 48 by 48 pixels holds one to three emoji of five kinds: where are they, and what? The encoding is that of SSD: boxes
of several sizes and shapes are laid over the picture beforehand, small ones at the 36 places of a map of 6 by 6, large ones
at the 9 places of one of 3 by 3. Each answers whether an object fills it, and by how much it has to be moved and stretched.

    s_1, s_2, s_3    0.3, 0.55, 0.8 of the picture: the scale of the first map, of the second, and one beyond
    at each place    squares of s_m and of sqrt(s_m s_m+1); s_m sqrt(2) by s_m / sqrt(2), lying and upright
    matched          every object to the default box with the highest IoU; beside that every default box to an object with
                     which its IoU is above 0.5
    offsets          (x - x_d) / w_d / 0.1, (y - y_d) / h_d / 0.1, log(w / w_d) / 0.2, log(h / h_d) / 0.2

The divisors 0.1 and 0.2 bring the offsets to a size near 1; they stand in the authors' code and not in the paper. With
`maps` 1 only the finer map is laid out.

Input (B, 48, 48, 3): colours from 0 to 1. Target (B, D + 3, 5): a row for each of the D = 180 default boxes, kind -1 and
offsets 0 where none is matched, and the objects themselves in the last three rows; the network gives (B, D, 5 + 5). The score
is mAP at an IoU of 0.5, after non-maximum suppression, on 1,000 fresh scenes before two photographs that no training has seen.
"""

import functools

import numpy as np

from kdl.metrics.iou import iou
from kdl.tasks import _boxes

MAPS = (6, 3)  # rows and columns of the maps
SCALES = (0.3, 0.55, 0.8)  # of the default boxes of each map, in pictures, and one beyond the last
RATIOS = ((2.0,), (2.0,))  # width to height of the further default boxes of each map; each comes upright, too
MATCHED = 0.5  # IoU from which a default box is matched
STRETCH = np.array([0.1, 0.1, 0.2, 0.2])  # by which offsets are divided


def make(maps=2):
    """The task with the default boxes of the first `maps` maps, 1 or 2."""
    if maps not in (1, 2):
        raise ValueError(f"maps must be 1 or 2. Received: maps={maps}")
    laid = default_boxes(MAPS[:maps], SCALES[: maps + 1], RATIOS[:maps])
    return _boxes.task(
        "emoji-by-default-box",
        sizes={"boxes": tuple(2 + 2 * len(ratios) for ratios in RATIOS[:maps])},
        loss=loss,
        encode=functools.partial(encode, laid=laid),
        found=functools.partial(found, maps=maps),
        baseline=0.0147,
        target=0.6,
        options={"maps": maps},
    )


def loss():
    from kdl.losses.multibox_loss import MultiboxLoss

    return MultiboxLoss()


def default_boxes(maps, scales, ratios):
    """Every default box, map by map, row by row, column by column: (D, 4) of middle x, y, width, height, in pictures."""
    laid = []
    for size, scale, beyond, others in zip(maps, scales[:-1], scales[1:], ratios, strict=True):
        shapes = [(scale, scale), (np.sqrt(scale * beyond),) * 2]
        for ratio in others:
            wide = (scale * np.sqrt(ratio), scale / np.sqrt(ratio))
            shapes += [wide, wide[::-1]]
        steps = (np.arange(size) + 0.5) / size
        laid += [(x, y, *shape) for y in steps for x in steps for shape in shapes]
    return np.array(laid)


def encode(objects, laid):
    """Objects (B, N, 5) of kind and box in pixels -> a row for each default box (B, D, 5): kind, four offsets."""
    rows = np.zeros((len(objects), len(laid), 5))
    rows[..., 0] = -1
    for row, picture in zip(rows, objects, strict=True):
        picture = picture[picture[:, 0] >= 0]
        boxes = picture[:, 1:] / _boxes.SIZE
        owner = matched(iou(_boxes.corners(laid), boxes))
        used = owner >= 0
        row[used, 0] = picture[owner[used], 0]
        row[used, 1:] = offsets(_boxes.middles(boxes)[owner[used]], laid[used])
    return rows


def matched(overlaps):
    """IoU of default boxes with objects (D, N) -> the object of each default box (D,), -1 for none."""
    owner = np.where(overlaps.max(axis=1) > MATCHED, overlaps.argmax(axis=1), -1)
    left = overlaps.copy()
    for _ in range(overlaps.shape[1]):  # each object gets a default box of its own, the best pair first
        box, one = np.unravel_index(left.argmax(), left.shape)
        owner[box] = one
        left[box], left[:, one] = -1, -1
    return owner


def offsets(boxes, laid):
    """How default boxes have to be moved and stretched: both (N, 4) of middles, width, height -> (N, 4)."""
    moved = (boxes[:, :2] - laid[:, :2]) / laid[:, 2:]
    return np.concatenate([moved, np.log(boxes[:, 2:] / laid[:, 2:])], axis=1) / STRETCH


def found(predicted, maps=2):
    """Predictions (B, D, 5 + C) -> for each picture the boxes that stay, (N, 6): kind, box in pixels, score."""
    laid = default_boxes(MAPS[:maps], SCALES[: maps + 1], RATIOS[:maps])
    moved = predicted[..., :4] * STRETCH
    stretched = np.exp(np.minimum(moved[..., 2:], 4))  # nothing is 50 times its default box
    where = np.concatenate([laid[:, :2] + moved[..., :2] * laid[:, 2:], laid[:, 2:] * stretched], axis=-1)
    likely = np.exp(predicted[..., 4:] - predicted[..., 4:].max(axis=-1, keepdims=True))
    likely = likely[..., 1:] / likely.sum(axis=-1, keepdims=True)  # (B, D, C), "nothing" left out
    return _boxes.thinned(_boxes.corners(where), likely)
