"""
title: Find emoji on photographs, one answer for each cell of a grid
data: emoji-scenes
metric: mAP
baseline: 0.0131, the same boxes in every picture: the mean answer of each place
target: 0.4

A scene of 48 by 48 pixels holds one to three emoji of five kinds: where are they, and what? The encoding is that of YOLO: a
grid of 6 by 6 cells, and each object belongs to the cell in which its middle lies. A cell answers with K = 2 boxes, each with
a confidence, and with one score for each kind, which both boxes share. So a cell is taught one kind only: of two objects with
their middles in one cell the first is taught, and the other is an object to be found all the same. A cell that gives a score
to two kinds is read as both, but each on both boxes: it cannot say which box is which.

    row of the target    kind; x, y of the middle, from 0 to 1 across the cell; w, h from 0 to 1 across the picture
    a box as it is read  middle ((column + x) / 6, (row + y) / 6), width and height the squares of what the network gives
    score for a kind     confidence * score of the kind, both cut to 0 .. 1

Input (B, 48, 48, 3): colours from 0 to 1. Target (B, 36 + 3, 5): a row for each cell, kind -1 where it has no object, and the
objects themselves in the last three rows; the network gives (B, 6, 6, 5 K + 5). The score is mAP at an IoU of 0.5, after
non-maximum suppression, on 1,000 fresh scenes before two photographs that no training has seen.
"""

import numpy as np

from kdl.tasks import _boxes

GRID, BOXES = 6, 2


def make():
    """The task; it has no options."""
    return _boxes.task(
        "emoji-by-cell",
        sizes={"grid": GRID, "boxes": BOXES},
        loss=loss,
        encode=encode,
        found=found,
        baseline=0.0131,
        target=0.4,
        options={},
    )


def loss():
    from kdl.losses.yolo_loss import YoloLoss

    return YoloLoss(BOXES)


def encode(objects):
    """Objects (B, N, 5) of kind and box in pixels -> a row for each cell (B, 36, 5): kind, x, y in the cell, w, h."""
    rows = np.zeros((len(objects), GRID, GRID, 5))
    rows[..., 0] = -1
    where = _boxes.middles(objects[..., 1:] / _boxes.SIZE)  # (B, N, 4)
    for picture, number in zip(*np.nonzero(objects[..., 0] >= 0), strict=True):
        x, y, w, h = where[picture, number]
        column, row = int(x * GRID), int(y * GRID)
        if rows[picture, row, column, 0] < 0:
            rows[picture, row, column] = (objects[picture, number, 0], x * GRID - column, y * GRID - row, w, h)
    return rows.reshape(len(objects), GRID * GRID, 5)


def found(predicted, candidates=None):
    """Predictions (B, 6, 6, 5 K + C) -> the boxes that stay of each picture, (N, 6): kind, box in pixels, score."""
    boxes = predicted[..., : 5 * BOXES].reshape(-1, GRID, GRID, BOXES, 5)
    kinds = np.clip(predicted[..., None, 5 * BOXES :], 0, 1)  # (B, S, S, 1, C)
    row, column = np.meshgrid(np.arange(GRID), np.arange(GRID), indexing="ij")
    corner = np.stack([column, row], axis=-1)[:, :, None]  # (S, S, 1, 2)
    where = _boxes.corners(np.concatenate([(boxes[..., :2] + corner) / GRID, boxes[..., 2:4] ** 2], axis=-1))
    scores = np.clip(boxes[..., 4:], 0, 1) * kinds  # (B, S, S, K, C)
    return _boxes.thinned(where.reshape(len(boxes), -1, 4), scores.reshape(len(boxes), -1, kinds.shape[-1]), candidates)
