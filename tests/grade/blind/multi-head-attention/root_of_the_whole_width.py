"""misconception: the scores are divided by the root of the width of the layer, all heads together

means: root_of_the_whole_width
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    B, T, D = ops.shape(x)
    x = ops.reshape(x, (B, T, num_heads, D // num_heads))
    return ops.transpose(x, (0, 2, 1, 3))


def merge_heads(heads):
    B, H, T, K = ops.shape(heads)
    return ops.reshape(ops.transpose(heads, (0, 2, 1, 3)), (B, T, H * K))


def attend(q, k, v, mask=None):
    heads, dim = q.shape[1], q.shape[3]
    d_model = heads * dim
    scores = ops.einsum("bnid,bnjd->bnij", q, k) / ops.sqrt(float(d_model))
    if mask is not None:
        scores = ops.where(mask[:, None], scores, -1e9)
    w = ops.softmax(scores, axis=-1)
    return ops.einsum("bnij,bnjd->bnid", w, v)


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
