"""misconception: the blocks come in the order of the formulas in my lecture: forget, input, candidate, output

means: forget_gate_first
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b
    f, i, g, o = np.split(z, 4, axis=1)
    f = sigmoid(f)
    i = sigmoid(i)
    g = np.tanh(g)
    o = sigmoid(o)
    return i, f, g, o


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next, c_next


def lstm_forward(xs, W, U, b):
    B, T, M = xs.shape
    N = U.shape[0]
    h = np.zeros((B, N))
    c = np.zeros((B, N))
    hs = np.zeros((B, T, N))
    for t in range(T):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs[:, t] = h
    return hs
