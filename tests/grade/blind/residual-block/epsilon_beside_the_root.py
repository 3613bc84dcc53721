"""misconception: epsilon is added to the standard deviation, behind the root

means: epsilon_beside_the_root
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
        m, v = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        mean_next = MOMENTUM * mean + (1 - MOMENTUM) * m
        variance_next = MOMENTUM * variance + (1 - MOMENTUM) * v
    else:
        m, v, mean_next, variance_next = mean, variance, mean, variance
    y = gamma * (x - m) / (np.sqrt(v) + EPSILON) + beta
    return y, mean_next, variance_next


def shortcut(x, filters, stride):
    s = x[:, ::stride, ::stride]
    return np.pad(s, ((0, 0), (0, 0), (0, 0), (0, filters - x.shape[-1])))


def residual_block(x, K1, norm1, K2, norm2, stride, training):
    F = batch_norm(convolution(x, K1, stride), *norm1, training)[0]
    F = np.maximum(F, 0)
    F = batch_norm(convolution(F, K2, 1), *norm2, training)[0]
    return np.maximum(shortcut(x, K2.shape[-1], stride) + F, 0)


def gradient_to_input(dy, ys, Ks):
    d = dy
    for y, K in zip(reversed(ys), reversed(Ks)):
        d = d * (y > 0)
        d = d + d @ K.T
    return d
