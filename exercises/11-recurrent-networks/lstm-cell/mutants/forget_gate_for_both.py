"""The LSTM cell, by hand."""

import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b
    N = h.shape[1]
    i = sigmoid(z[:, :N])
    f = sigmoid(z[:, N : 2 * N])
    g = np.tanh(z[:, 2 * N : 3 * N])
    o = sigmoid(z[:, 3 * N :])
    return i, f, g, o


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = f * c + (1.0 - f) * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next


def lstm_forward(xs, W, U, b):
    B, T, _ = xs.shape
    N = U.shape[0]
    h = np.zeros((B, N))
    c = np.zeros((B, N))
    hs = np.zeros((B, T, N))
    for t in range(T):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs[:, t] = h
    return hs
