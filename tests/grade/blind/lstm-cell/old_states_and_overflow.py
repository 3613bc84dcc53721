"""misconception: sigmoid is exp(a) / (1 + exp(a)), and hs[:, t] is the state that goes into step t

means: unsafe_sigmoid, nan, several
"""

import numpy as np


def sigmoid(value):
    e = np.exp(value)
    return e / (1 + e)


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b  # (B, 4N): the four blocks side by side
    i, f, g, o = np.split(z, 4, axis=1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next


def lstm_forward(xs, W, U, b):
    B, T, M = xs.shape
    N = U.shape[0]
    hs = np.zeros((B, T, N))
    h, c = np.zeros((B, N)), np.zeros((B, N))
    for t in range(T):
        hs[:, t] = h
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
    return hs
