"""
title: Multi-head attention
entry: multi-head-attention
paper: Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin, "Attention is all you need", 2017,
    arXiv:1706.03762
year: 2017

Problem. A recurrent network carries what it read in one state, and hands it on T times before the last place can use it.

Idea. Let every place of a sequence look at every other one directly. Each place asks a question (query), each place says
what it can be found by (key) and what it has to say (value). The answer is the mean of the values, weighted by how well
query and key fit:

    q = x W_q + b_q        k = x W_k + b_k        v = x W_v + b_v

    a_ts = q_t . k_s / sqrt(K)                                   score of key s for query t
    p_ts = exp(a_ts) / sum over u of exp(a_tu)                   weight; the sum is over the keys, not over the queries
    z_t  = sum over s of p_ts v_s

One mean cannot look for two things at once. So the D numbers of q, k and v are cut into H heads of K = D / H, each head
weighs by itself, and what they found stands side by side again:

    y_t = [z_t of head 1, .., z_t of head H] W_o + b_o

Why sqrt(K): a sum of K products of numbers of variance 1 has the variance K. Without it the softmax saturates, and its
gradient vanishes.

What may not be looked at gets the score -1e9 *before* the softmax, and so the weight 0: keys that only fill a row up
(`key_mask`), and, where the layer is causal, every key behind the query: t < s.

The usual mistake: (B, T, D) reshaped to (B, H, T, K) in one step. That has the right shape and mixes the places; it takes
a reshape to (B, T, H, K), and then a transpose.

Parameters: 4 D (D + 1), whatever H is.

Shapes: B batch, T time (queries), S time (keys), D width, H heads, K width of a head.
"""

import math

import keras
from keras import layers, ops

from kdl.layers._calls import handed_down

NEVER = -1e9  # score of what may not be seen: exp of it is 0; and a row that may see nothing stays finite


@keras.saving.register_keras_serializable("kdl.multi_head_attention")
class MultiHeadAttention(layers.Layer):
    """Self-attention with several heads: (B, T, D) -> (B, T, D).

    Args:
        width: D.
        num_heads: H, which divides D.
        causal: no place looks at what stands behind it.
        dropout: share of the weights p that each training step leaves out.
        stddev: of the normal distribution from which the matrices are drawn.
        output_stddev: the same for W_o; None: `stddev`.

    Call arguments:
        x: (B, T, D).
        key_mask: (B, S), 1 where a place is real and 0 where it only fills the row up; None: all are real.
        cache: a `KeyValueCache`, for a causal layer; the S keys are then the L rows that it lays out.

    Raises:
        ValueError: a cache at a layer that is not causal, which would look at rows that are not filled yet; a mask of
            another width than S. Where a width is known when it runs only, the error is TensorFlow's own.
    """

    def __init__(self, width, num_heads, *, causal=False, dropout=0.0, stddev=0.02, output_stddev=None, **kwargs):
        super().__init__(**kwargs)
        if width % num_heads:
            raise ValueError(f"num_heads must divide width. Received: num_heads={num_heads}, width={width}")
        self.width, self.num_heads, self.causal = width, num_heads, causal
        self.stddev, self.output_stddev = stddev, output_stddev
        self.query, self.key, self.value = (self.dense(name, stddev) for name in ("query", "key", "value"))
        self.join = self.dense("output", output_stddev or stddev)
        self.dropout = layers.Dropout(dropout, name="dropout")
        self.cached = causal
        handed_down(self, "cache")  # so that a model can hand it down to the layers inside its blocks

    def dense(self, name, stddev):
        return layers.Dense(self.width, kernel_initializer=keras.initializers.RandomNormal(stddev=stddev), name=name)

    def build(self, x_shape):
        for dense in (self.query, self.key, self.value, self.join):
            dense.build(x_shape)
        self.dropout.build(x_shape)

    def split(self, x):
        x = ops.reshape(x, (-1, ops.shape(x)[1], self.num_heads, self.width // self.num_heads))  # (B, T, H, K)
        return ops.transpose(x, (0, 2, 1, 3))  # (B, H, T, K)

    def call(self, x, key_mask=None, cache=None):
        q, k, v = (self.split(dense(x)) for dense in (self.query, self.key, self.value))  # (B, H, T, K)
        first = 0
        if cache is not None:
            if not self.causal:
                raise ValueError(f"cache needs a causal layer. Received: causal={self.causal}, cache={cache}")
            k, v = cache.extended(self.path, k, v)  # (B, H, S, K)
            first = cache.position
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / math.sqrt(self.width // self.num_heads)  # (B, H, T, S)
        weights = self.dropout(ops.softmax(self.masked(scores, first, key_mask), axis=-1))  # (B, H, T, S)
        z = ops.transpose(ops.matmul(ops.cast(weights, v.dtype), v), (0, 2, 1, 3))  # (B, T, H, K)
        return self.join(ops.reshape(z, (-1, ops.shape(x)[1], self.width)))  # (B, T, D)

    def masked(self, scores, first, key_mask):
        """The scores in float32, with NEVER wherever a query, the first of which is at `first`, may not look."""
        scores = ops.cast(scores, "float32")  # 16 bits are too few for exp, and for NEVER
        if self.causal:
            queries = first + ops.arange(ops.shape(scores)[2], dtype="int32")  # (T,)
            keys = ops.arange(ops.shape(scores)[3], dtype="int32")  # (S,)
            scores = ops.where(queries[:, None] >= keys[None, :], scores, NEVER)  # (B, H, T, S)
        if key_mask is not None:
            scores = ops.where(ops.cast(self.wide(key_mask, scores), "bool"), scores, NEVER)  # (B, H, T, S)
        return scores

    def wide(self, key_mask, scores):
        """The mask (B, S) as (B, 1, 1, S); a width of 1, which would stand for all keys at once, is refused as any other."""
        given, keys = tuple(key_mask.shape), scores.shape[3]
        if len(given) != 2 or (None not in (given[1], keys) and given[1] != keys):
            raise ValueError(f"key_mask must have one number for each key. Received: key_mask of shape {given}, {keys} keys")
        return ops.reshape(key_mask, (ops.shape(scores)[0], 1, 1, ops.shape(scores)[3]))

    def compute_output_shape(self, x_shape):
        return x_shape

    def get_config(self):
        own = {"width": self.width, "num_heads": self.num_heads, "causal": self.causal, "dropout": self.dropout.rate}
        return {**super().get_config(), **own, "stddev": self.stddev, "output_stddev": self.output_stddev}
