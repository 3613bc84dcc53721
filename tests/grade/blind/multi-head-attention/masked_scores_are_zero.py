"""misconception: a score that is multiplied with 0 by the mask has no influence any more

means: hidden_score_set_to_zero
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    B, T, D = ops.shape(x)
    x = ops.reshape(x, (B, T, num_heads, D // num_heads))
    return ops.transpose(x, (0, 2, 1, 3))


def merge_heads(heads):
    number = heads.shape[1]
    return ops.concatenate([heads[:, n] for n in range(number)], axis=-1)


def attend(q, k, v, mask=None):
    K = q.shape[-1]
    scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / (K**0.5)
    if mask is not None:
        scores = scores * ops.expand_dims(ops.cast(mask, scores.dtype), 1)
    return ops.matmul(ops.softmax(scores, axis=-1), v)


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
