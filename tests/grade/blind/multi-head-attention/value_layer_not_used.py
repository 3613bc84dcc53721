"""misconception: slip: copies the line of the keys and forgets to change the layer for the values

means: weights_multiplied_with_the_keys, frozen
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
    s = ops.einsum("bhik,bhjk->bhij", q, k)
    s = s * float(q.shape[-1]) ** -0.5
    if mask is not None:
        m = ops.cast(mask, "float32")[:, None, :, :]
        s = s - 1e9 * (1.0 - m)
    return ops.einsum("bhij,bhjk->bhik", ops.softmax(s), v)


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
        H = self.num_heads
        q = split_heads(self.query(query), H)
        k = split_heads(self.key(source), H)
        v = split_heads(self.key(source), H)
        out = merge_heads(attend(q, k, v, mask))
        return self.project(out)
