"""The loss of YOLO v1: squares, summed over the cells of a grid (Redmon and others, 2015, arXiv:1506.02640, equation 3).

Problem. One network gives boxes, confidences and kinds for every cell, and most cells hold nothing. One sum has to train all
of it, and the many empty cells must not drown the few that matter.

Idea. A cell is *responsible* for an object whose centre lies in it; of its K boxes the one with the highest IoU is, the
others are treated as empty. Everything is a squared error, and weights say what matters:

    L = 5 * sum over responsible boxes of (x - x')^2 + (y - y')^2 + (sqrt(w) - sqrt(w'))^2 + (sqrt(h) - sqrt(h'))^2
      +     sum over responsible boxes of (c - IoU)^2
      + 0.5 * sum over all other boxes of c^2
      +     sum over cells with an object, over kinds k, of (p_k - [k is its kind])^2

The root makes an error of two pixels cost more in a small box than in a large one; the network gives the root itself, so that
no width can be negative after squaring. The confidence learns the IoU that the box has now, as a number: no gradient flows
through it. Where all boxes of a cell miss the object, the one whose four numbers are nearest is responsible.

The usual mistake: no 0.5. With 34 empty cells of 36 their squares drown those of the others: training is slower, and by the
paper it may diverge early.

Shapes: B batch, S rows and columns of the grid, R = S S cells, K boxes of a cell, C kinds; y (B, R + M, 5), of which the first
R rows are read; predictions (B, S, S, 5 K + C): for each box x, y, sqrt(w), sqrt(h), c, then p.
"""

import keras
from keras import ops

COORDINATES, EMPTY = 5.0, 0.5  # lambda_coord and lambda_noobj


@keras.saving.register_keras_serializable("kdl.yolo_loss")
class YoloLoss(keras.losses.Loss):
    """Squared errors of boxes, confidences and kinds; the mean over the batch.

    Args:
        boxes: K, boxes that each cell gives.
    """

    def __init__(self, boxes, name="yolo_loss", **kwargs):
        super().__init__(name=name, **kwargs)
        self.boxes = boxes

    def call(self, y, predicted):
        """y (B, R + M, 5) and predictions (B, S, S, 5 K + C) -> (B,). A row of y: kind, -1 for none; x, y in the cell, w, h."""
        cells, grid = predicted.shape[1] * predicted.shape[2], predicted.shape[1]
        predicted = ops.reshape(predicted, (-1, cells, predicted.shape[3]))  # (B, R, 5 K + C)
        boxes = ops.reshape(predicted[..., : 5 * self.boxes], (-1, cells, self.boxes, 5))  # (B, R, K, 5)
        kinds = predicted[..., 5 * self.boxes :]  # (B, R, C)
        y = ops.cast(y[:, :cells], predicted.dtype)
        there = ops.cast(y[..., 0] >= 0, predicted.dtype)  # (B, R)
        root = ops.concatenate([y[..., 1:3], ops.sqrt(ops.maximum(y[..., 3:], 0.0))], axis=-1)[:, :, None]  # (B, R, 1, 4)
        errors = ops.sum(ops.square(boxes[..., :4] - root), axis=-1)  # (B, R, K)
        overlap = ops.stop_gradient(_iou(boxes[..., :4], root, grid))  # (B, R, K)
        meets = ops.max(overlap, axis=-1, keepdims=True) > 0
        best = ops.argmax(ops.where(meets, overlap, -ops.stop_gradient(errors)), axis=-1)  # (B, R)
        responsible = ops.one_hot(best, self.boxes, dtype=predicted.dtype) * there[..., None]  # (B, R, K)
        confidence = boxes[..., 4]
        told = ops.one_hot(ops.cast(ops.maximum(y[..., 0], 0), "int32"), kinds.shape[-1], dtype=predicted.dtype)
        loss = COORDINATES * ops.sum(responsible * errors, axis=(1, 2))
        loss += ops.sum(responsible * ops.square(confidence - overlap), axis=(1, 2))
        loss += EMPTY * ops.sum((1 - responsible) * ops.square(confidence), axis=(1, 2))
        return loss + ops.sum(there[..., None] * ops.square(kinds - told), axis=(1, 2))

    def get_config(self):
        return {**super().get_config(), "boxes": self.boxes}


def _iou(a, b, grid):
    """IoU of boxes (..., 4) of x, y in cells and roots of w, h in pictures: a cell is 1 / grid of a picture."""
    (low_a, high_a), (low_b, high_b) = (
        (box[..., :2] / grid - ops.square(box[..., 2:]) / 2, box[..., :2] / grid + ops.square(box[..., 2:]) / 2)
        for box in (a, b)
    )
    shared = ops.prod(ops.maximum(ops.minimum(high_a, high_b) - ops.maximum(low_a, low_b), 0.0), axis=-1)
    union = ops.prod(high_a - low_a, axis=-1) + ops.prod(high_b - low_b, axis=-1) - shared
    return shared / ops.maximum(union, 1e-9)
