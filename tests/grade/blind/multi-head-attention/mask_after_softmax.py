"""misconception: the weights of hidden positions are set to 0 after the softmax

means: mask_after_the_softmax
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    return ops.stack(ops.split(x, num_heads, axis=-1), axis=1)


def merge_heads(heads):
    B, H, T, K = ops.shape(heads)
    return ops.reshape(ops.transpose(heads, (0, 2, 1, 3)), (B, T, H * K))


def attend(q, k, v, mask=None):
    K = q.shape[-1]
    scores = ops.einsum("bhqd,bhkd->bhqk", q, k) / K**0.5
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        hidden = ops.logical_not(mask)
        weights = ops.where(ops.expand_dims(hidden, 1), 0.0, weights)
    return ops.einsum("bhqk,bhkd->bhqd", weights, v)


class MultiHead(keras.layers.Layer):
    """Multi-head attention without biases: `layer(query, source, mask)`."""

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
        return self.project(merge_heads(attend(q, k, v, mask)))
