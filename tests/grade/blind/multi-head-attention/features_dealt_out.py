"""misconception: the features are dealt out to the heads in turn, like cards

means: heads_take_every_hth_feature
"""

import keras
from keras import ops


def split_heads(x, num_heads):
    return ops.stack([x[:, :, n::num_heads] for n in range(num_heads)], axis=1)


def merge_heads(heads):
    b, h, t, k = heads.shape
    return ops.reshape(ops.transpose(heads, (0, 2, 3, 1)), (b, t, k * h))


def attend(q, k, v, mask=None):
    s = ops.einsum("bhik,bhjk->bhij", q, k)
    s = s * float(q.shape[-1]) ** -0.5
    if mask is not None:
        m = ops.cast(mask, "float32")[:, None, :, :]
        s = s - 1e9 * (1.0 - m)
    return ops.einsum("bhij,bhjk->bhik", ops.softmax(s), v)


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
