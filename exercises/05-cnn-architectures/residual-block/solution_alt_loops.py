"""One channel, one place and one block at a time: slow, and no axis is hidden.

Step 4 is written as a recursion: the gradient by a block's input is the gradient by the last output of the block before it.
"""

import numpy as np

EPSILON = 1e-3
MOMENTUM = 0.9


def convolution(x, K, stride):
    x = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("bhwcuv,uvcn->bhwn", windows, K)


def batch_norm(x, gamma, beta, mean, variance, training):
    y = np.zeros(x.shape)
    mean_next, variance_next = np.zeros(len(mean)), np.zeros(len(mean))
    for c in range(x.shape[3]):
        m, v = mean[c], variance[c]
        mean_next[c], variance_next[c] = m, v
        if training:
            values = x[..., c].ravel().astype(float)
            m = sum(values) / len(values)
            v = sum((value - m) ** 2 for value in values) / len(values)
            mean_next[c] += (1 - MOMENTUM) * (m - mean[c])
            variance_next[c] += (1 - MOMENTUM) * (v - variance[c])
        y[..., c] = gamma[c] * (x[..., c] - m) / (v + EPSILON) ** 0.5 + beta[c]
    return y, mean_next, variance_next


def shortcut(x, filters, stride):
    B, H, W, C = x.shape
    rows, columns = range(0, H, stride), range(0, W, stride)
    s = np.zeros((B, len(rows), len(columns), filters))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            for c in range(C):
                s[:, i, j, c] = x[:, row, column, c]
    return s


def residual_block(x, K1, norm1, K2, norm2, stride, training):
    h = convolution(x, K1, stride)
    h = batch_norm(h, *norm1, training)[0]
    h[h < 0] = 0
    y = batch_norm(convolution(h, K2, 1), *norm2, training)[0]
    y += shortcut(x, y.shape[3], stride)
    y[y < 0] = 0
    return y


def gradient_to_input(dy, ys, Ks):
    if not ys:
        return dy
    dx = np.zeros(dy.shape)
    for place in np.ndindex(dy.shape[:3]):
        for i in range(dy.shape[3]):
            for j in range(dy.shape[3]):
                if ys[-1][place][j] > 0:
                    dx[place][i] += dy[place][j] * ((i == j) + Ks[-1][i, j])
    return gradient_to_input(dx, ys[:-1], Ks[:-1])
