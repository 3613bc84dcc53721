"""misconception: the formula with the column vectors from the book is copied, so the recurrent weights get turned over

means: recurrent_matrix_transposed
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    # h_next = tanh(W^T x + U h + b), for columns, then back to rows
    column = W.T @ x.T + U @ h.T + b[:, None]
    return np.tanh(column).T


def rnn_forward(xs, h0, W, U, b):
    B, T, _ = xs.shape
    h = np.zeros((B, len(b)), dtype=xs.dtype) if h0 is None else h0
    hs = []
    for t in range(T):
        h = rnn_step(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)


def rnn_masked(xs, mask, h0, W, U, b):
    if mask is None:
        return rnn_forward(xs, h0, W, U, b)
    B, T, _ = xs.shape
    h = np.zeros((B, len(b)), dtype=xs.dtype) if h0 is None else h0
    hs = []
    for t in range(T):
        h = np.where(mask[:, t, None], rnn_step(xs[:, t], h, W, U, b), h)
        hs.append(h)
    return np.stack(hs, axis=1)
