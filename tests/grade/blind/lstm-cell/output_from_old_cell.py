"""misconception: the hidden state is read out of the cell state that came into the step

means: reads_old_cell
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b  # (B, 4N): the four blocks side by side
    i, f, g, o = np.split(z, 4, axis=1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    h_next = o * np.tanh(c)
    c_next = f * c + i * g
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
