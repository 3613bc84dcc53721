"""A loop over the heads: each cuts its features out with a slice and attends alone, and `concatenate` merges the answers.

This is the formula of the paper, MultiHead = Concat(head_1, ..., head_H) W_O, word by word. It needs no fourth axis in the
layer, and runs H small products where the other solutions run one large one.
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    return ops.stack(ops.split(x, num_heads, axis=-1), axis=1)


def merge_heads(heads):
    return ops.concatenate([heads[:, n] for n in range(heads.shape[1])], axis=-1)


def one_head(q, k, v, mask):
    """Shapes: q (B, Tq, K), k and v (B, Tk, K), mask None or (B, Tq, Tk)."""
    scores = ops.matmul(q, ops.transpose(k, (0, 2, 1))) / ops.sqrt(ops.cast(k.shape[-1], q.dtype))
    if mask is not None:
        scores = scores + ops.where(mask, 0.0, -1e9)
    return ops.matmul(ops.softmax(scores), v)


def attend(q, k, v, mask=None):
    return ops.stack([one_head(q[:, n], k[:, n], v[:, n], mask) for n in range(q.shape[1])], axis=1)


class MultiHead(keras.layers.Layer):
    def __init__(self, num_heads, width, **kwargs):
        super().__init__(**kwargs)
        self.size = width // num_heads
        self.starts = range(0, width, self.size)
        self.query, self.key, self.value, self.project = (
            keras.layers.Dense(width, use_bias=False, name=name) for name in ("query", "key", "value", "project")
        )

    def call(self, query, source, mask=None):
        q, k, v = self.query(query), self.key(source), self.value(source)
        parts = [slice(start, start + self.size) for start in self.starts]
        answers = [one_head(q[..., part], k[..., part], v[..., part], mask) for part in parts]
        return self.project(ops.concatenate(answers, axis=-1))
