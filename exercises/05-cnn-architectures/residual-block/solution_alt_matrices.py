"""All places in one row: batch normalisation of a matrix (B·H·W, C), and 1 + K in place of a sum of two roads.

Scale and shift are made one affine map per channel first, a·x + b with a = γ / √(v + ε): this is how a trained
normalisation is folded into the convolution before it. It needs a channel's mean to be taken away first where that is large.
The block's input is fitted to F by a product with a wide identity matrix, whose further columns are zeros. Backwards,
y = relu(x (1 + K)), so one product with (1 + K)ᵀ does both roads.
"""

import numpy as np

EPSILON = 1e-3
MOMENTUM = 0.9


def convolution(x, K, stride):
    x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcuv,uvcn->bhwn", windows, K)


def batch_norm(x, gamma, beta, mean, variance, training):
    rows = x.reshape(-1, x.shape[-1])  # (B*H*W, C)
    if training:
        m = np.mean(rows, axis=0)
        centred = rows - m
        v = np.einsum("pc,pc->c", centred, centred) / len(rows)
        moved = mean + (1 - MOMENTUM) * (m - mean), variance + (1 - MOMENTUM) * (v - variance)
    else:
        centred, v, moved = rows - mean, variance, (mean.copy(), variance.copy())
    a = gamma * (v + EPSILON) ** -0.5
    return (a * centred + beta).reshape(x.shape), *moved


def shortcut(x, filters, stride):
    rows, columns = np.arange(0, x.shape[1], stride), np.arange(0, x.shape[2], stride)
    kept = x.take(rows, axis=1).take(columns, axis=2)
    return kept @ np.eye(x.shape[3], filters, dtype=x.dtype)


def residual_block(x, K1, norm1, K2, norm2, stride, training):
    maps = x
    for K, norm, step in ((K1, norm1, stride), (K2, norm2, 1)):
        if K is K2:
            maps = (maps + abs(maps)) / 2
        maps = batch_norm(convolution(maps, K, step), *norm, training)[0]
    total = shortcut(x, maps.shape[3], stride) + maps
    return np.where(total > 0, total, 0)


def gradient_to_input(dy, ys, Ks):
    for k in reversed(range(len(ys))):
        both = np.eye(len(Ks[k])) + Ks[k]
        dy = np.where(ys[k] > 0, dy, 0) @ both.T
    return dy
