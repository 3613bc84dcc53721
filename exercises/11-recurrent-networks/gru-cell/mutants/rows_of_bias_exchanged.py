"""The first row to the state, the second to the input."""

import numpy as np


def sigmoid(a):
    return 0.5 * (1.0 + np.tanh(0.5 * a))


def gates(x, h, W, U, b):
    n = h.shape[1]
    both = x @ W[:, : 2 * n] + h @ U[:, : 2 * n] + b[: 2 * n]
    z, r = np.split(sigmoid(both), 2, axis=1)
    return z, r


def step_reset_before(x, h, W, U, b):
    n = h.shape[1]
    z, r = gates(x, h, W, U, b)
    g = np.tanh(x @ W[:, 2 * n :] + (r * h) @ U[:, 2 * n :] + b[2 * n :])
    return z * h + (1.0 - z) * g


def step_reset_after(x, h, W, U, b):
    x_z, x_r, x_g = np.split(x @ W + b[1], 3, axis=1)
    h_z, h_r, h_g = np.split(h @ U + b[0], 3, axis=1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    g = np.tanh(x_g + r * h_g)
    return z * h + (1.0 - z) * g


def gru_forward(xs, h0, W, U, b):
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)
