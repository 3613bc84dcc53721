"""misconception: while training the averages move first, and the maps are then normalised by these

means: running_averages_in_training
"""

import numpy as np

EPSILON = 1e-3  # keeps the division safe, under the root
MOMENTUM = 0.9  # the share of a running average that stays


def convolution(x, K, stride):
    """A 3x3 convolution with a border of one zero on every side. Given: nothing to do here.

    Shapes: x (B, H, W, C), K (3, 3, C, N). Returns (B, H', W', N) with H' = ceil(H / stride), W' = ceil(W / stride).
    """
    x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcuv,uvcn->bhwn", windows, K)


def batch_norm(x, gamma, beta, mean, variance, training):
    if training:
        mean = MOMENTUM * mean + (1 - MOMENTUM) * np.mean(x, axis=(0, 1, 2))
        variance = MOMENTUM * variance + (1 - MOMENTUM) * np.var(x, axis=(0, 1, 2))
    y = gamma * (x - mean) / np.sqrt(variance + EPSILON) + beta
    return y, mean, variance


def shortcut(x, filters, stride):
    s = x[:, ::stride, ::stride]
    return np.pad(s, ((0, 0), (0, 0), (0, 0), (0, filters - x.shape[-1])))


def relu(a):
    return a * (a > 0)


def residual_block(x, K1, norm1, K2, norm2, stride, training):
    N = K1.shape[3]
    inner, _, _ = batch_norm(convolution(x, K1, stride), *norm1, training)
    F, _, _ = batch_norm(convolution(relu(inner), K2, 1), *norm2, training)
    s = shortcut(x, N, stride)
    return relu(s + F)


def gradient_to_input(dy, ys, Ks):
    d = dy
    for y, K in zip(reversed(ys), reversed(Ks)):
        d = d * (y > 0)
        d = d + d @ K.T
    return d
