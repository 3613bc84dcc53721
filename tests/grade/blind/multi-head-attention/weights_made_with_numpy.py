"""misconception: the softmax may be computed in NumPy, since it has no weights that learn

means: weights_taken_as_constants, frozen
"""

import keras
import numpy as np
from keras import ops


def split_heads(x, num_heads):
    B, T, D = ops.shape(x)
    x = ops.reshape(x, (B, T, num_heads, D // num_heads))
    return ops.transpose(x, (0, 2, 1, 3))


def merge_heads(heads):
    B, H, T, K = ops.shape(heads)
    return ops.reshape(ops.transpose(heads, (0, 2, 1, 3)), (B, T, H * K))


def numpy_softmax(s):
    s = ops.convert_to_numpy(ops.stop_gradient(s))
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attend(q, k, v, mask=None):
    scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = ops.where(ops.expand_dims(mask, 1), scores, -1e9)
    weights = ops.convert_to_tensor(numpy_softmax(scores))
    return ops.matmul(weights, v)


class MultiHead(keras.layers.Layer):
    def __init__(self, num_heads, width, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        for name in ("query", "key", "value", "project"):
            setattr(self, name, keras.layers.Dense(width, use_bias=False, name=name))

    def call(self, query, source, mask=None):
        projected = [self.query(query), self.key(source), self.value(source)]
        heads = [split_heads(p, self.num_heads) for p in projected]
        answers = attend(*heads, mask=mask)
        merged = merge_heads(answers)
        return self.project(merged)
