"""The LSTM cell, by hand."""

import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = np.tanh(f * c + i * g)
    h_next = o * c_next
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
