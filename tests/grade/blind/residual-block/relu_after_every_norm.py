"""misconception: every normalisation is followed by a relu, the second one too, before the sum

means: relu_on_both_sides_of_the_sum
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
    if not training:
        return gamma * (x - mean) / np.sqrt(variance + EPSILON) + beta, mean, variance
    flat = x.reshape(-1, x.shape[-1])
    m = flat.sum(axis=0) / len(flat)
    v = ((flat - m) ** 2).sum(axis=0) / len(flat)
    y = (x - m) / np.sqrt(v + EPSILON) * gamma + beta
    return y, MOMENTUM * mean + (1 - MOMENTUM) * m, MOMENTUM * variance + (1 - MOMENTUM) * v


def shortcut(x, filters, stride):
    s = x[:, ::stride, ::stride]
    return np.pad(s, ((0, 0), (0, 0), (0, 0), (0, filters - x.shape[-1])))


def layer(x, K, norm, stride, training):
    y, _, _ = batch_norm(convolution(x, K, stride), *norm, training)
    return np.maximum(y, 0)


def residual_block(x, K1, norm1, K2, norm2, stride, training):
    F = layer(layer(x, K1, norm1, stride, training), K2, norm2, 1, training)
    return np.maximum(shortcut(x, F.shape[-1], stride) + F, 0)


def gradient_to_input(dy, ys, Ks):
    dx = dy
    for i in range(len(Ks) - 1, -1, -1):
        da = np.where(ys[i] > 0, dx, 0)
        dx = da @ (np.eye(Ks[i].shape[0], dtype=Ks[i].dtype) + Ks[i]).T
    return dx
