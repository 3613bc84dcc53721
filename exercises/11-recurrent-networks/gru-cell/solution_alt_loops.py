"""One number at a time, with the plain sigmoid: slow, and nothing is hidden in a matrix product.

1 / (1 + exp(-a)) may overflow inside for a very negative a; 1 / (1 + ∞) = 0 is still the right answer.
"""

import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def product(row, matrix, column):
    total = 0.0
    for k in range(len(row)):
        total = total + row[k] * matrix[k, column]
    return total


def gates(x, h, W, U, b):
    units = h.shape[1]
    z, r = np.zeros(h.shape), np.zeros(h.shape)
    for n in range(len(x)):
        for k in range(units):
            z[n, k] = sigmoid(product(x[n], W, k) + product(h[n], U, k) + b[k])
            r[n, k] = sigmoid(product(x[n], W, units + k) + product(h[n], U, units + k) + b[units + k])
    return z, r


def step_reset_before(x, h, W, U, b):
    units = h.shape[1]
    z, r = gates(x, h, W, U, b)
    h_next = np.zeros(h.shape)
    for n in range(len(x)):
        seen = [r[n, k] * h[n, k] for k in range(units)]  # what the candidate may see of the old state
        for k in range(units):
            column = 2 * units + k
            g = np.tanh(product(x[n], W, column) + product(seen, U, column) + b[column])
            h_next[n, k] = z[n, k] * h[n, k] + (1 - z[n, k]) * g
    return h_next


def step_reset_after(x, h, W, U, b):
    units = h.shape[1]
    z, r = gates(x, h, W, U, b[0] + b[1])  # where nothing stands between the two biases, they add up
    h_next = np.zeros(h.shape)
    for n in range(len(x)):
        for k in range(units):
            column = 2 * units + k
            recurrent = product(h[n], U, column) + b[1, column]
            g = np.tanh(product(x[n], W, column) + b[0, column] + r[n, k] * recurrent)
            h_next[n, k] = z[n, k] * h[n, k] + (1 - z[n, k]) * g
    return h_next


def gru_forward(xs, h0, W, U, b):
    hs = np.zeros((xs.shape[0], xs.shape[1], h0.shape[1]))
    for t in range(xs.shape[1]):
        hs[:, t] = step_reset_after(xs[:, t], hs[:, t - 1] if t else h0, W, U, b)
    return hs
