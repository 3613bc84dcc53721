"""misconception: slip: the state before a masked step is looked up as hs[:, t - 1], also at t = 0, where h0 belongs

means: none
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)


def rnn_forward(xs, h0, W, U, b):
    B, T, M = xs.shape
    N = U.shape[1]
    hs = np.zeros((B, T, N))
    prev = np.zeros((B, N)) if h0 is None else h0
    for t in range(T):
        hs[:, t] = rnn_step(xs[:, t], prev, W, U, b)
        prev = hs[:, t]
    return hs


def rnn_masked(xs, mask, h0, W, U, b):
    B, T, M = xs.shape
    N = U.shape[1]
    if mask is None:
        mask = np.ones((B, T), dtype=bool)
    hs = np.zeros((B, T, N))
    prev = np.zeros((B, N)) if h0 is None else h0
    for t in range(T):
        new = rnn_step(xs[:, t], prev, W, U, b)
        hs[:, t] = np.where(mask[:, t, np.newaxis], new, hs[:, t - 1])
        prev = hs[:, t]
    return hs
