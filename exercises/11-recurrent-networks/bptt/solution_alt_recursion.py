"""One sequence and one number at a time, and the walk back written as a recursion over the rest of the sequence.

Slow, and nothing is hidden in a matrix product: every sum of the chain rule is a loop.
"""

import numpy as np


def one_step(x, h_prev, W, U, b):
    h = np.zeros(len(b))
    for n in range(len(b)):
        a = b[n]
        for m in range(len(x)):
            a = a + x[m] * W[m, n]
        for k in range(len(h_prev)):
            a = a + h_prev[k] * U[k, n]
        h[n] = np.tanh(a)
    return h


def rnn_forward(xs, h0, W, U, b):
    hs = np.zeros((xs.shape[0], xs.shape[1], len(b)))
    for s in range(xs.shape[0]):
        h = h0[s]
        for t in range(xs.shape[1]):
            h = hs[s, t] = one_step(xs[s, t], h, W, U, b)
    return hs


def step_backward(dh, x, h_prev, h, W, U):
    dx, dh_prev = np.zeros(x.shape), np.zeros(h_prev.shape)
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(h.shape[1])
    for s in range(len(x)):
        for n in range(h.shape[1]):
            da = dh[s, n] * (1.0 - h[s, n] * h[s, n])
            db[n] += da
            for m in range(x.shape[1]):
                dx[s, m] += da * W[m, n]
                dW[m, n] += da * x[s, m]
            for k in range(h.shape[1]):
                dh_prev[s, k] += da * U[k, n]
                dU[k, n] += da * h_prev[s, k]
    return dx, dh_prev, dW, dU, db


def bptt(dhs, xs, h0, W, U, b):
    dxs = np.zeros(xs.shape)
    sums = [np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)]

    def back(t, h_prev):
        """The gradient for the state before step t; adds the gradients of the steps t, t + 1, ... to the sums."""
        if t == xs.shape[1]:
            return np.zeros(h0.shape)
        h = np.tanh(xs[:, t] @ W + h_prev @ U + b)
        dh = dhs[:, t] + back(t + 1, h)
        dxs[:, t], dh_prev, *weights = step_backward(dh, xs[:, t], h_prev, h, W, U)
        for total, one in zip(sums, weights, strict=True):
            total += one
        return dh_prev

    return dxs, back(0, h0), *sums
