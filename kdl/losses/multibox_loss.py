"""The loss of SSD: what each default box holds, and where exactly (Liu and others, 2015, arXiv:1512.02325, section 2.2).

Problem. Of some hundred default boxes three lie on an object. Whoever trains all of them learns to say "nothing".

Idea. Softmax over the kinds and "nothing" for every box, and four offsets for the boxes that are matched; of the others only
the worst count, three for each matched box (hard-negative mining):

    L = 1 / N * (sum over matched d of CE_d + smooth(o_d - o'_d)  +  sum over the 3 N worst unmatched d of CE_d)

    CE_d      = -log softmax(z_d)[kind of d]                                    "nothing" where unmatched
    smooth(e) = e^2 / 2 where |e| < 1, else |e| - 1/2                           summed over the four offsets

N is the number of matched boxes of the picture, and a picture without any has a loss of 0. (The authors' code divides by the
matches of the whole batch: there a picture counts the more, the more boxes match its objects.) Smooth L1 grows as the error
does, not as its square: one box that is far off cannot outweigh the others.

The usual mistake: to look for the worst in the whole batch at once. One crowded picture then takes most of the negatives; here
every picture has its own three to one.

Shapes: B batch, D default boxes, C kinds; y (B, D + M, 5), of which the first D rows are read; predictions (B, D, 5 + C): four
offsets, the logit of "nothing", those of the kinds.
"""

import keras
from keras import ops

NEGATIVES = 3  # unmatched boxes that count, for each matched one


@keras.saving.register_keras_serializable("kdl.multibox_loss")
class MultiboxLoss(keras.losses.Loss):
    """Cross-entropy with hard negatives, and smooth L1 of the offsets; the mean over the batch."""

    def __init__(self, name="multibox_loss", **kwargs):
        super().__init__(name=name, **kwargs)

    def call(self, y, predicted):
        """y (B, D + M, 5) and predictions (B, D, 5 + C) -> (B,). A row of y: kind, -1 for none; four offsets."""
        y = ops.cast(y[:, : predicted.shape[1]], predicted.dtype)
        kind = ops.cast(y[..., 0], "int32") + 1  # (B, D); 0 is nothing
        matched = ops.cast(kind > 0, predicted.dtype)  # (B, D)
        logits = predicted[..., 4:]
        chosen = ops.one_hot(kind, logits.shape[-1], dtype=predicted.dtype)  # (B, D, 1 + C)
        entropy = -ops.sum(chosen * ops.log_softmax(logits, axis=-1), axis=-1)  # (B, D)
        count = ops.sum(matched, axis=1, keepdims=True)  # (B, 1)
        hard = ops.stop_gradient(ops.where(matched > 0, -1.0, entropy))  # cross-entropies are at least 0
        rank = ops.argsort(ops.argsort(-hard, axis=1), axis=1)  # (B, D); 0 is the worst
        negative = ops.cast(ops.cast(rank, predicted.dtype) < NEGATIVES * count, predicted.dtype) * (1 - matched)
        error = ops.abs(predicted[..., :4] - y[..., 1:])
        smooth = ops.sum(ops.where(error < 1, ops.square(error) / 2, error - 0.5), axis=-1)  # (B, D)
        loss = ops.sum((matched + negative) * entropy + matched * smooth, axis=1)
        return loss / ops.maximum(count[:, 0], 1.0)
