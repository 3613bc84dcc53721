"""States are stored in float32, the type that networks compute in."""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    N = h.shape[1]
    z_part, r_part = slice(0, N), slice(N, 2 * N)
    z = sigmoid(x @ W[:, z_part] + h @ U[:, z_part] + b[z_part])
    r = sigmoid(x @ W[:, r_part] + h @ U[:, r_part] + b[r_part])
    return z, r


def step_reset_before(x, h, W, U, b):
    N = h.shape[1]
    z, r = gates(x, h, W, U, b)
    g = np.tanh(x @ W[:, 2 * N :] + (r * h) @ U[:, 2 * N :] + b[2 * N :])
    return z * h + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    N = h.shape[1]
    z, r = gates(x, h, W, U, b[0] + b[1])
    of_x = x @ W[:, 2 * N :] + b[0, 2 * N :]
    of_h = h @ U[:, 2 * N :] + b[1, 2 * N :]
    g = np.tanh(of_x + r * of_h)
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    h = h0
    hs = np.zeros((*xs.shape[:2], h0.shape[1]), np.float32)
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs[:, t] = h
    return hs.astype(xs.dtype)
