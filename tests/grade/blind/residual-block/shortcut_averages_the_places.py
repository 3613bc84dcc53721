"""misconception: maps are halved by taking the mean of each square of places, not by leaving places out

means: places_averaged
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
    B, H, W, C = x.shape
    rows, columns = -(-H // stride), -(-W // stride)
    s = np.zeros((B, rows, columns, filters), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            square = x[:, i * stride : (i + 1) * stride, j * stride : (j + 1) * stride]
            s[:, i, j, :C] = square.mean(axis=(1, 2))
    return s


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
