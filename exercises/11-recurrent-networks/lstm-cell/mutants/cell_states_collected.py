"""The memory is the result."""

import numpy as np


def sigmoid(a):
    return 0.5 * (1.0 + np.tanh(0.5 * a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = f * c + i * g
    return o * np.tanh(c_next), c_next


def lstm_forward(xs, W, U, b):
    batch, length, _ = xs.shape
    units = U.shape[0]
    h = np.zeros((batch, units), xs.dtype)
    c = np.zeros((batch, units), xs.dtype)
    hs = np.empty((batch, length, units), xs.dtype)
    for t in range(length):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs[:, t] = c
    return hs
