"""misconception: a reshape to (B, H, T, K) gives each head its share of the features

means: split_by_reshape_alone, merge_by_reshape_alone, several
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    B, T, D = x.shape
    return ops.reshape(x, (B, num_heads, T, D // num_heads))


def merge_heads(heads):
    B, H, T, K = heads.shape
    return ops.reshape(heads, (B, T, H * K))


def attend(q, k, v, mask=None):
    K = q.shape[-1]
    scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / K**0.5
    if mask is not None:
        scores = ops.where(ops.expand_dims(mask, 1), scores, -1e9)
    weights = ops.softmax(scores, axis=-1)
    return ops.matmul(weights, v)


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
