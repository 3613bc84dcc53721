"""misconception: slip: takes the two results of the step in the wrong order

means: states_exchanged
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


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
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next


def lstm_forward(xs, W, U, b):
    B, T, _ = xs.shape
    N = U.shape[0]
    c = h = np.zeros((B, N))
    hs = np.empty((B, T, N))
    for t in range(T):
        c, h = lstm_step(xs[:, t], h, c, W, U, b)
        hs[:, t] = h
    return hs
