"""Einsum names every axis; the softmax is written out, with the mask as a factor.

A hidden exponential is multiplied by 0 *before* the sum is taken, so the weights of the others add up to 1 by themselves. The
scale goes to the queries, which are smaller than the scores.
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    x = ops.reshape(x, (ops.shape(x)[0], -1, num_heads, x.shape[-1] // num_heads))
    return ops.einsum("bthk->bhtk", x)


def merge_heads(heads):
    shape = ops.shape(heads)
    return ops.reshape(ops.einsum("bhtk->bthk", heads), (shape[0], shape[2], shape[1] * shape[3]))


def attend(q, k, v, mask=None):
    scores = ops.einsum("bhik,bhjk->bhij", q * (q.shape[-1] ** -0.5), k)
    if mask is None:
        mask = ops.ones_like(scores[:, 0], dtype="bool")
    shown = ops.cast(mask, scores.dtype)[:, None]  # (B, 1, Tq, Tk), 1 or 0
    top = ops.max(scores - 1e9 * (1.0 - shown), axis=-1, keepdims=True)  # the largest score that may be seen
    weights = ops.exp(ops.minimum(scores - top, 0.0)) * shown
    return ops.einsum("bhij,bhjk->bhik", weights / ops.sum(weights, axis=-1, keepdims=True), v)


class MultiHead(keras.layers.Layer):
    def __init__(self, num_heads, width, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        for name in ("query", "key", "value", "project"):
            setattr(self, name, keras.layers.Dense(width, use_bias=False, name=name))

    def call(self, query, source, mask=None):
        q, k, v = (split_heads(part, self.num_heads) for part in (self.query(query), self.key(source), self.value(source)))
        return self.project(merge_heads(attend(q, k, v, mask)))
