"""misconception: slip: the layer takes a mask and does not hand it to attend

means: layer_keeps_the_mask_for_itself
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
        q, k, v = self.query(query), self.key(source), self.value(source)
        q, k, v = [split_heads(one, self.num_heads) for one in (q, k, v)]
        y = attend(q, k, v)
        y = merge_heads(y)
        return self.project(y)
