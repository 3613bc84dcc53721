"""
title: Find emoji on photographs, one answer for each default box
data: emoji-scenes
metric: mAP
baseline: 0.0147, the same boxes in every picture: the mean answer of each place
target: 0.6

A scene of 48 by 48 pixels holds one to three emoji of five kinds: where are they, and what? The encoding is that of SSD: boxes
of several sizes and shapes are laid over the picture beforehand, at the places of one map or of two. Each answers whether an
object fills it, and by how much it has to be moved and stretched.

    small, large     the scale: 0.3 of the picture, 0.55; one beyond is 0.8
    at each place    squares of s and of the geometric mean of s and the next scale; s sqrt(2) by s / sqrt(2), lying and upright
    matched          every object to the default box with the highest IoU; beside that every default box to an object with
                     which its IoU is above 0.5
    offsets          (x - x_d) / w_d / 0.1, (y - y_d) / h_d / 0.1, log(w / w_d) / 0.2, log(h / h_d) / 0.2

The divisors 0.1 and 0.2 bring the offsets to a size near 1; they stand in the authors' code and not in the paper. `maps` says
on which map the four small shapes are laid and on which the four large ones, as rows and columns:

    (6, 3)   D = 36 * 4 + 9 * 4 = 180        (6, 6)   D = 36 * 8 = 288        (12, 6)   D = 144 * 4 + 36 * 4 = 720

Input (B, 48, 48, 3): colours from 0 to 1. Target (B, D + 3, 5): a row for each of the D default boxes, kind -1 and offsets 0
where none is matched, and the objects themselves in the last three rows; the network gives (B, D, 5 + 5). The score is mAP at
an IoU of 0.5, after non-maximum suppression, on 1,000 fresh scenes before two photographs that no training has seen.
"""

import functools

import numpy as np

from kdl.metrics.iou import iou
from kdl.tasks import _boxes

MAPS = (12, 6, 3)  # rows and columns of the maps that a network may be asked for
SCALES = (0.3, 0.55, 0.8)  # of small and of large default boxes, in pictures, and one beyond
RATIOS = (2.0,)  # width to height of further default boxes; each comes upright, too
MATCHED = 0.5  # IoU from which a default box is matched
STRETCH = np.array([0.1, 0.1, 0.2, 0.2])  # by which offsets are divided


def make(maps=(6, 3)):
    """The task with small default boxes on the map of maps[0] rows and columns and large ones on that of maps[1]."""
    maps = tuple(maps)
    if len(maps) != 2 or not set(maps) <= set(MAPS) or maps[0] < maps[1]:
        raise ValueError(f"maps must be two of {MAPS}, the finer one first. Received: maps={maps}")
    laid = default_boxes(*layout(maps))
    return _boxes.task(
        "emoji-by-default-box",
        sizes={"boxes": tuple(maps.count(size) * (2 + 2 * len(RATIOS)) for size in MAPS)},
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


def layout(maps):
    """The arguments of `default_boxes`: a map that has small and large ones has them side by side at each place."""
    small, large = (shapes(*scales, RATIOS) for scales in zip(SCALES, SCALES[1:], strict=False))
    return ((maps[0],), (small + large,)) if maps[0] == maps[1] else (maps, (small, large))


def shapes(scale, beyond, ratios):
    """Width and height, in pictures, of the default boxes of one scale: two squares, the second towards the next scale."""
    wide = [(scale * np.sqrt(ratio), scale / np.sqrt(ratio)) for ratio in ratios]
    squares = [(scale, scale), (np.sqrt(scale * beyond),) * 2]
    return squares + [shape for pair in wide for shape in (pair, pair[::-1])]


def default_boxes(maps, shapes):
    """Every default box, map by map, row by row, column by column: (D, 4) of middle x, y, width, height, in pictures.

    Args:
        maps: rows and columns of each map.
        shapes: of each map, the shapes that are laid at each of its places.
    """
    laid = []
    for size, here in zip(maps, shapes, strict=True):
        steps = (np.arange(size) + 0.5) / size
        laid += [(x, y, *shape) for y in steps for x in steps for shape in here]
    return np.array(laid)


def encode(objects, laid):
    """Objects (B, N, 5) of kind and box in pixels -> a row for each default box (B, D, 5): kind, four offsets."""
    rows = np.zeros((len(objects), len(laid), 5))
    there = objects[..., 0] >= 0  # (B, N)
    boxes = objects[..., 1:] / _boxes.SIZE  # (B, N, 4)
    overlaps = np.full((*there.shape, len(laid)), -1.0)  # (B, N, D); -1 for an object that is not there
    overlaps[there] = iou(boxes[there], _boxes.corners(laid))
    owner = matched(overlaps.swapaxes(1, 2))  # (B, D)
    picture, place = np.nonzero(owner >= 0)
    one = owner[picture, place]
    rows[..., 0] = -1
    rows[picture, place, 0] = objects[picture, one, 0]
    rows[picture, place, 1:] = offsets(_boxes.middles(boxes)[picture, one], laid[place])
    return rows


def matched(overlaps):
    """IoU of default boxes with objects (..., D, N) -> the object of each default box (..., D), -1 for none.

    An object whose IoU is -1 with all is not there.
    """
    owner = np.where(overlaps.max(axis=-1) > MATCHED, overlaps.argmax(axis=-1), -1)
    left = np.array(overlaps).reshape(-1, *overlaps.shape[-2:])  # (P, D, N), P pictures
    owners = owner.reshape(left.shape[:2])
    for _ in range(overlaps.shape[-1]):  # each object gets a default box of its own, the best pair first
        best = left.reshape(len(left), -1).argmax(axis=1)
        box, one = np.unravel_index(best, left.shape[1:])
        picture = np.flatnonzero(left[np.arange(len(left)), box, one] >= 0)
        box, one = box[picture], one[picture]
        owners[picture, box] = one
        left[picture, box], left[picture, :, one] = -1, -1
    return owner


def offsets(boxes, laid):
    """How default boxes have to be moved and stretched: both (N, 4) of middles, width, height -> (N, 4)."""
    moved = (boxes[:, :2] - laid[:, :2]) / laid[:, 2:]
    return np.concatenate([moved, np.log(boxes[:, 2:] / laid[:, 2:])], axis=1) / STRETCH


def found(predicted, maps=(6, 3), candidates=None):
    """Predictions (B, D, 5 + C) -> the boxes that stay of each picture, (N, 6): kind, box in pixels, score."""
    laid = default_boxes(*layout(tuple(maps)))
    moved = predicted[..., :4] * STRETCH
    stretched = np.exp(np.minimum(moved[..., 2:], 4))  # nothing is 50 times its default box
    where = np.concatenate([laid[:, :2] + moved[..., :2] * laid[:, 2:], laid[:, 2:] * stretched], axis=-1)
    likely = np.exp(predicted[..., 4:] - predicted[..., 4:].max(axis=-1, keepdims=True))
    likely = likely[..., 1:] / likely.sum(axis=-1, keepdims=True)  # (B, D, C), "nothing" left out
    return _boxes.thinned(_boxes.corners(where), likely, candidates)
