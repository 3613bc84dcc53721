"""misconception: slip: the list of states has time first and is brought into shape with reshape

means: time_axis_reshaped
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b  # (B, 4N): the four blocks side by side
    i, f, g, o = np.split(z, 4, axis=1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def lstm_step(x, h, c, W, U, b):
    """One time step."""
    i, f, g, o = gates(x, h, W, U, b)
    kept = np.multiply(f, c)
    added = np.multiply(i, g)
    memory = kept + added
    return o * np.tanh(memory), memory


def lstm_forward(xs, W, U, b):
    B, T, M = xs.shape
    N = U.shape[0]
    h, c, hs = np.zeros((B, N)), np.zeros((B, N)), []
    for t in range(T):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs.append(h)
    return np.array(hs).reshape(B, T, N)
