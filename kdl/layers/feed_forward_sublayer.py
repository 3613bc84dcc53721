"""
title: Feed-forward sublayer
entry: feed-forward-sublayer
paper: Vaswani et al., "Attention is all you need", 2017, arXiv:1706.03762; GELU: Hendrycks, Gimpel, "Gaussian error linear
    units", 2016, arXiv:1606.08415
year: 2017

Problem. Attention gives every place a mean of values: it moves what is known, and computes little with it.

Idea. After it, each place goes by itself through the same small network, which widens it and narrows it again:

    y_t = f(x_t W_1 + b_1) W_2 + b_2                             W_1 (D, M), W_2 (M, D), usually M = 4 D

    f(z) = max(0, z)                                             relu: the Transformer
    f(z) = z Phi(z) = z (1 + erf(z / sqrt(2))) / 2               gelu: BERT; Phi is the distribution of the normal
    f(z) = z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) / 2     gelu_tanh: GPT; the same curve, nearly

The two curves are at most 5e-4 apart. That is enough to make the weights of one model give the answers of another.

Parameters: 2 D M + D + M, two thirds of an encoder block where M = 4 D.

Shapes: B batch, T time, D width, M inner width.
"""

import math

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("kdl.feed_forward_sublayer")
def gelu_tanh(z):
    """The approximation of z Phi(z) with tanh: any shape -> the same."""
    return 0.5 * z * (1 + ops.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)))


@keras.saving.register_keras_serializable("kdl.feed_forward_sublayer")
def gelu(z):
    """z Phi(z): any shape -> the same. Keras's own is written with erfc on TensorFlow, which no ONNX file can hold."""
    return 0.5 * z * (1 + ops.erf(z / math.sqrt(2)))


def activation_named(name):
    """The function of a name: "gelu", "gelu_tanh", or another one of Keras's, as "relu"."""
    own = {"gelu": gelu, "gelu_tanh": gelu_tanh}
    return own[name] if name in own else keras.activations.get(name)


@keras.saving.register_keras_serializable("kdl.feed_forward_sublayer")
class FeedForward(layers.Layer):
    """Every place by itself through two dense layers: (B, T, D) -> (B, T, D).

    Args:
        width: D.
        inner: M.
        activation: f, "gelu", "gelu_tanh" or another name that Keras knows.
        stddev: of the normal distribution from which the matrices are drawn.
        output_stddev: the same for W_2; None: `stddev`.
    """

    def __init__(self, width, inner, *, activation="relu", stddev=0.02, output_stddev=None, **kwargs):
        super().__init__(**kwargs)
        self.width, self.inner, self.activation = width, inner, activation
        self.stddev, self.output_stddev = stddev, output_stddev
        drawn = [keras.initializers.RandomNormal(stddev=one) for one in (stddev, output_stddev or stddev)]
        self.widen = layers.Dense(inner, activation_named(activation), kernel_initializer=drawn[0], name="inner")
        self.narrow = layers.Dense(width, kernel_initializer=drawn[1], name="outer")

    def build(self, x_shape):
        self.widen.build(x_shape)
        self.narrow.build((*x_shape[:-1], self.inner))

    def call(self, x):
        return self.narrow(self.widen(x))  # (B, T, D) -> (B, T, M) -> (B, T, D)

    def compute_output_shape(self, x_shape):
        return x_shape

    def get_config(self):
        own = {"width": self.width, "inner": self.inner, "activation": self.activation}
        return {**super().get_config(), **own, "stddev": self.stddev, "output_stddev": self.output_stddev}
