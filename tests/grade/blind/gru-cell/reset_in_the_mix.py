"""misconception: what has been reset is gone, so the mix keeps a share of r * h and not of h

means: state_in_the_mix_is_reset
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
    h_reset = r * h
    g = np.tanh(x @ W[:, -N:] + h_reset @ U[:, -N:] + b[-N:])
    return z * h_reset + (1 - z) * g


def step_reset_after(x, h, W, U, b):
    z, r = gates(x, h, W, U, b.sum(axis=0))
    n = 2 * h.shape[-1]
    inner = h @ U[:, n:] + b[1, n:]
    g = np.tanh(x @ W[:, n:] + b[0, n:] + r * inner)
    return z * h + (1 - z) * g


def gru_forward(xs, h0, W, U, b):
    B, T, M = xs.shape
    hs = np.zeros((B, T + 1, h0.shape[1]))
    hs[:, 0] = h0
    for t in range(T):
        hs[:, t + 1] = step_reset_after(xs[:, t], hs[:, t], W, U, b)
    return hs[:, 1:]
