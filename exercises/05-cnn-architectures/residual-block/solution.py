"""The residual block as its equations read.

Batch normalisation has two lives: while training it measures each channel over batch and places, and keeps running
averages; at inference these averages stand in, and a picture's answer depends on that picture alone. The block itself is one
line, relu(s + F). Backwards, the sum hands the gradient to both roads as it is, so that the gradient by x holds g itself
beside what comes through F. Cost of a block from C to N channels: 9·(C + N)·N multiplications and additions for each place
that goes out; norms, shortcut and sum are next to nothing.
In Keras: `Conv2D`, `BatchNormalization`, `ReLU` and `Add`; kdl/models/cnn/resnet.py puts them together.
"""

import numpy as np

EPSILON = 1e-3
MOMENTUM = 0.9


def convolution(x, K, stride):
    x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcuv,uvcn->bhwn", windows, K)


def relu(a):
    return np.maximum(a, 0.0)


def batch_norm(x, gamma, beta, mean, variance, training):
    m, v = mean, variance  # (C,)
    if training:
        m, v = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))  # (C,)
        mean = MOMENTUM * mean + (1.0 - MOMENTUM) * m
        variance = MOMENTUM * variance + (1.0 - MOMENTUM) * v
    return gamma * (x - m) / np.sqrt(v + EPSILON) + beta, mean, variance


def shortcut(x, filters, stride):
    x = x[:, ::stride, ::stride]  # (B, H', W', C)
    return np.pad(x, ((0, 0), (0, 0), (0, 0), (0, filters - x.shape[-1])))  # (B, H', W', N)


def residual_block(x, K1, norm1, K2, norm2, stride, training):
    h, _, _ = batch_norm(convolution(x, K1, stride), *norm1, training)  # (B, H', W', N)
    F, _, _ = batch_norm(convolution(relu(h), K2, 1), *norm2, training)  # (B, H', W', N)
    return relu(shortcut(x, F.shape[-1], stride) + F)


def gradient_to_input(dy, ys, Ks):
    for y, K in zip(ys[::-1], Ks[::-1], strict=True):
        g = dy * (y > 0)  # behind the relu: (B, H, W, C)
        dy = g + g @ K.T  # the road along the sum, and the road through F
    return dy
