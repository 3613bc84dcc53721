"""misconception: True in the mask means hidden, and the merged heads are the answer already

means: true_means_hidden, several
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    return ops.stack(ops.split(x, num_heads, axis=-1), axis=1)


def merge_heads(heads):
    number = heads.shape[1]
    return ops.concatenate([heads[:, n] for n in range(number)], axis=-1)


def attend(q, k, v, mask=None):
    s = ops.matmul(q, ops.swapaxes(k, 2, 3)) / q.shape[-1] ** 0.5
    if mask is not None:
        s = ops.where(ops.expand_dims(mask, 1), -1e9, s)
    return ops.matmul(ops.softmax(s), v)


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
        return merge_heads(attend(q, k, v, mask))
