"""misconception: the first block of columns belongs to r and the second to z, as in PyTorch

means: blocks_in_pytorch_order
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    n = len(U)
    Wr, Wz = W[:, :n], W[:, n : 2 * n]
    Ur, Uz = U[:, :n], U[:, n : 2 * n]
    br, bz = b[:n], b[n : 2 * n]
    r = sigmoid(x @ Wr + h @ Ur + br)
    z = sigmoid(x @ Wz + h @ Uz + bz)
    return z, r


def step_reset_before(x, h, W, U, b):
    z, r = gates(x, h, W, U, b)
    N = h.shape[1]
    g = np.tanh(x @ W[:, 2 * N :] + (r * h) @ U[:, 2 * N :] + b[2 * N :])
    return z * h + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    z, r = gates(x, h, W, U, b.sum(axis=0))
    n = 2 * h.shape[-1]
    inner = h @ U[:, n:] + b[1, n:]
    g = np.tanh(x @ W[:, n:] + b[0, n:] + r * inner)
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    h = h0
    hs = []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)
