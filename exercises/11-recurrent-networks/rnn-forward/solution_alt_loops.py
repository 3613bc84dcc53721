"""One sequence and one number at a time: a masked step is simply skipped, and nothing is hidden in a matrix product."""

import numpy as np


def rnn_step(x, h, W, U, b):
    new = np.zeros(h.shape)
    for s in range(len(x)):
        for n in range(len(b)):
            total = b[n]
            for m in range(len(W)):
                total = total + x[s, m] * W[m, n]
            for k in range(len(U)):
                total = total + h[s, k] * U[k, n]
            new[s, n] = np.tanh(total)
    return new


def rnn_forward(xs, h0, W, U, b):
    return rnn_masked(xs, None, h0, W, U, b)


def rnn_masked(xs, mask, h0, W, U, b):
    hs = np.zeros((xs.shape[0], xs.shape[1], len(b)))
    for s in range(len(xs)):
        h = np.zeros(len(b)) if h0 is None else h0[s]
        for t in range(xs.shape[1]):
            if mask is None or mask[s, t]:
                h = rnn_step(xs[s : s + 1, t], h[None], W, U, b)[0]
            hs[s, t] = h
    return hs
