"""misconception: step 3 is step 2 with both rows of the bias added up

means: reset_before_in_the_step_after
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    N = h.shape[1]
    z = sigmoid(x @ W[:, :N] + h @ U[:, :N] + b[:N])
    r = sigmoid(x @ W[:, N : 2 * N] + h @ U[:, N : 2 * N] + b[N : 2 * N])
    return z, r


def step_reset_before(x, h, W, U, b):
    z, r = gates(x, h, W, U, b)
    N = h.shape[1]
    g = np.tanh(x @ W[:, 2 * N :] + (r * h) @ U[:, 2 * N :] + b[2 * N :])
    return z * h + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    return step_reset_before(x, h, W, U, b[0] + b[1])


def gru_forward(xs, h0, W, U, b):
    B, T, M = xs.shape
    hs = np.zeros((B, T + 1, h0.shape[1]))
    hs[:, 0] = h0
    for t in range(T):
        hs[:, t + 1] = step_reset_after(xs[:, t], hs[:, t], W, U, b)
    return hs[:, 1:]
