"""
title: Encoder block of the Transformer
entry: transformer-encoder
paper: Vaswani et al., "Attention is all you need", 2017, arXiv:1706.03762
year: 2017

Problem. Attention and the feed-forward sublayer are to be stacked many times. A deep stack is hard to train
(plain_deep_net.py), and its numbers drift from layer to layer.

Idea. Around each of the two sublayers, add what came in (resnet.py), and normalise the sum:

    u = norm(x + attention(x))
    y = norm(u + feed_forward(u))

    norm(z) = g * (z - mean(z)) / sqrt(variance(z) + epsilon) + b        over the D numbers of one place: layer norm

Layer norm looks at one place of one text, never at the batch; so it does the same in training and afterwards, and a text
does not depend on those beside it.

Here the norm stands *after* the sum ("post-norm"): nothing reaches the top without passing 2 norms in each block, and the
gradient is large at the top, small at the bottom (Xiong et al., 2020, arXiv:2002.04745); hence the slow start of the
learning rate in the paper. gpt_2.py puts the norm into the branch.

With `causal` the same block is the one of GPT-1: the paper's decoder block without the attention to an encoder.

Parameters: 4 D (D + 1) + 2 D M + D + M + 4 D.

Shapes: B batch, T time, D width, M inner width.
"""

import keras
from keras import layers

from kdl.layers._calls import handed_down
from kdl.layers.feed_forward_sublayer import FeedForward
from kdl.layers.multi_head_attention import MultiHeadAttention


@keras.saving.register_keras_serializable("kdl.encoder_block")
class EncoderBlock(layers.Layer):
    """Attention, sum, norm; feed-forward, sum, norm: (B, T, D) -> (B, T, D).

    Args:
        width: D.
        num_heads: heads of the attention; they divide D.
        inner: M.
        activation: of the feed-forward sublayer.
        causal: no place looks at what stands behind it.
        dropout: share left out by each training step, of the attention's weights and of what each sublayer gives.
        epsilon: of the norms.
        stddev: of the normal distribution from which the matrices are drawn.

    Call arguments:
        x: (B, T, D).
        key_mask: (B, T), 1 where a place is real; None: all are.
    """

    def __init__(
        self, width, num_heads, inner, *, activation="relu", causal=False, dropout=0.0, epsilon=1e-5, stddev=0.02, **kwargs
    ):
        super().__init__(**kwargs)
        self.sizes = {"width": width, "num_heads": num_heads, "inner": inner, "activation": activation, "causal": causal}
        self.sizes |= {"dropout": dropout, "epsilon": epsilon, "stddev": stddev}
        how = {"causal": causal, "dropout": dropout, "stddev": stddev}
        self.attention = MultiHeadAttention(width, num_heads, **how, name="attention")
        self.attention_dropout = layers.Dropout(dropout, name="attention_dropout")
        self.attention_norm = layers.LayerNormalization(epsilon=epsilon, name="attention_norm")
        self.feed_forward = FeedForward(width, inner, activation=activation, stddev=stddev, name="feed_forward")
        self.feed_forward_dropout = layers.Dropout(dropout, name="feed_forward_dropout")
        self.feed_forward_norm = layers.LayerNormalization(epsilon=epsilon, name="feed_forward_norm")
        self.cached = causal
        handed_down(self, "cache")

    def build(self, x_shape):
        for layer in (self.attention, self.attention_norm, self.feed_forward, self.feed_forward_norm):
            layer.build(x_shape)

    def call(self, x, key_mask=None):
        x = self.attention_norm(x + self.attention_dropout(self.attention(x, key_mask=key_mask)))  # (B, T, D)
        return self.feed_forward_norm(x + self.feed_forward_dropout(self.feed_forward(x)))  # (B, T, D)

    def compute_output_shape(self, x_shape):
        return x_shape

    def get_config(self):
        return {**super().get_config(), **self.sizes}
