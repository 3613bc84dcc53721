"""Multi-head attention, by hand: fill in three functions and a layer. README.md beside this file says what each must do."""

import keras
from keras import ops


def split_heads(x, num_heads):
    """Cut the features of every position into heads. Shapes: x (B, T, D). Returns (B, H, T, D / H)."""
    raise NotImplementedError("step 1: give each head its share of the features")


def merge_heads(heads):
    """Put the heads of every position side by side. Shapes: heads (B, H, T, K). Returns (B, T, H·K)."""
    raise NotImplementedError("step 2: the way back from step 1")


def attend(q, k, v, mask=None):
    """Scaled dot-product attention in every head.

    Shapes: q (B, H, Tq, K), k and v (B, H, Tk, K), mask None or boolean (B, Tq, Tk), True where i may look at j.
    Returns (B, H, Tq, K).
    """
    raise NotImplementedError("step 3: scores, mask, softmax, weighted mean")


class MultiHead(keras.layers.Layer):
    """Multi-head attention without biases: `layer(query, source, mask)`.

    Args:
        num_heads: H.
        width: D, a multiple of H: features of the result.
    """

    def __init__(self, num_heads, width, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.query = keras.layers.Dense(width, use_bias=False, name="query")
        self.key = keras.layers.Dense(width, use_bias=False, name="key")
        self.value = keras.layers.Dense(width, use_bias=False, name="value")
        self.project = keras.layers.Dense(width, use_bias=False, name="project")

    def call(self, query, source, mask=None):
        """Shapes: query (B, Tq, E), source (B, Tk, F), mask None or (B, Tq, Tk). Returns (B, Tq, D)."""
        raise NotImplementedError("step 4: project, split, attend, merge, project")
