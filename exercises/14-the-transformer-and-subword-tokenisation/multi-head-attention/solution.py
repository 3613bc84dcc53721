"""Multi-head attention as its equations read.

All heads are computed at once: the head is an axis beside the batch, and a matrix product over the last two axes does not
mind how many stand before. The three projections of all heads are one Dense each, because one wide matrix is H narrow ones
side by side. A hidden score becomes a very negative number rather than -∞, so that a row never turns into NaN. Cost: 4
projections of D × D for each position, and Tq · Tk · D multiplications for the scores and again for the means; the number of
heads does not change it.
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    batch, length, width = x.shape
    x = ops.reshape(x, (batch, length, num_heads, width // num_heads))  # (B, T, H, K)
    return ops.transpose(x, (0, 2, 1, 3))  # (B, H, T, K)


def merge_heads(heads):
    batch, num_heads, length, size = heads.shape
    x = ops.transpose(heads, (0, 2, 1, 3))  # (B, T, H, K)
    return ops.reshape(x, (batch, length, num_heads * size))  # (B, T, D)


def attend(q, k, v, mask=None):
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / q.shape[-1] ** 0.5  # (B, H, Tq, Tk)
    if mask is not None:
        scores = ops.where(ops.expand_dims(mask, 1), scores, -1e9)  # mask: (B, 1, Tq, Tk)
    return ops.matmul(ops.softmax(scores, axis=-1), v)  # (B, H, Tq, K)


class MultiHead(keras.layers.Layer):
    def __init__(self, num_heads, width, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.query = keras.layers.Dense(width, use_bias=False, name="query")
        self.key = keras.layers.Dense(width, use_bias=False, name="key")
        self.value = keras.layers.Dense(width, use_bias=False, name="value")
        self.project = keras.layers.Dense(width, use_bias=False, name="project")

    def call(self, query, source, mask=None):
        q = split_heads(self.query(query), self.num_heads)  # (B, H, Tq, K)
        k = split_heads(self.key(source), self.num_heads)  # (B, H, Tk, K)
        v = split_heads(self.value(source), self.num_heads)  # (B, H, Tk, K)
        return self.project(merge_heads(attend(q, k, v, mask)))  # (B, Tq, D)
