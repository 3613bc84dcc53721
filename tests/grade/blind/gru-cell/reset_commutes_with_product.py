"""misconception: r times h, and then times U, is the same as r times (h U)

means: reset_after_in_the_step_before
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
    a = x @ W + b
    recurrent = h @ U
    g = np.tanh(a[:, 2 * N :] + r * recurrent[:, 2 * N :])
    return z * h + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    N = h.shape[1]
    xw = x @ W + b[0]
    hu = h @ U + b[1]
    z = sigmoid(xw[:, :N] + hu[:, :N])
    r = sigmoid(xw[:, N : 2 * N] + hu[:, N : 2 * N])
    g = np.tanh(xw[:, 2 * N :] + r * hu[:, 2 * N :])
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    B, T, M = xs.shape
    hs = np.zeros((B, T + 1, h0.shape[1]))
    hs[:, 0] = h0
    for t in range(T):
        hs[:, t + 1] = step_reset_after(xs[:, t], hs[:, t], W, U, b)
    return hs[:, 1:]
