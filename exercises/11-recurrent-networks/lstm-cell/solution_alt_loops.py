"""One number at a time, with the plain sigmoid: slow, and nothing is hidden in a matrix product.

1 / (1 + exp(-a)) may overflow inside for a very negative a; 1 / (1 + ∞) = 0 is still the right answer.
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def logit(x, h, W, U, b, n, column):
    total = b[column]
    for m in range(W.shape[0]):
        total = total + x[n, m] * W[m, column]
    for k in range(U.shape[0]):
        total = total + h[n, k] * U[k, column]
    return total


def gates(x, h, W, U, b):
    units = U.shape[0]
    i, f, g, o = (np.zeros((len(x), units), x.dtype) for _ in range(4))  # each (B, N)
    for n in range(len(x)):
        for k in range(units):
            i[n, k] = sigmoid(logit(x, h, W, U, b, n, k))
            f[n, k] = sigmoid(logit(x, h, W, U, b, n, units + k))
            g[n, k] = np.tanh(logit(x, h, W, U, b, n, 2 * units + k))
            o[n, k] = sigmoid(logit(x, h, W, U, b, n, 3 * units + k))
    return i, f, g, o


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    h_next, c_next = np.zeros_like(h), np.zeros_like(c)
    for n in range(len(h)):
        for k in range(h.shape[1]):
            c_next[n, k] = f[n, k] * c[n, k] + i[n, k] * g[n, k]
            h_next[n, k] = o[n, k] * np.tanh(c_next[n, k])
    return h_next, c_next


def lstm_forward(xs, W, U, b):
    hs = []
    h = c = np.zeros((len(xs), len(U)), xs.dtype)
    for t in range(xs.shape[1]):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)  # (B, T, N)
