"""misconception: the weights which a key gives to all queries add up to 1

means: softmax_over_the_queries
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    return ops.stack(ops.split(x, num_heads, axis=-1), axis=1)


def merge_heads(heads):
    number = heads.shape[1]
    return ops.concatenate([heads[:, n] for n in range(number)], axis=-1)


def attend(q, k, v, mask=None):
    scores = q @ ops.swapaxes(k, -1, -2)
    scores = scores / ops.sqrt(ops.cast(q.shape[-1], "float32"))
    if mask is not None:
        scores = ops.where(ops.expand_dims(mask, axis=1), scores, -1e9)
    weights = ops.softmax(scores, axis=2)
    return weights @ v


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
