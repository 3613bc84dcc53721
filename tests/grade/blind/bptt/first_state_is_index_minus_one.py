"""misconception: slip: hs[:, t - 1] is used for t = 0, too, and that is the last state

means: none
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    B, T, M = xs.shape
    h = h0
    hs = np.zeros((B, T, h0.shape[1]))
    for t in range(T):
        h = np.tanh(xs[:, t] @ W + h @ U + b)
        hs[:, t] = h
    return hs


def step_backward(dh, x, h_prev, h, W, U):
    # recompute nothing: h is already tanh(a)
    delta = (1.0 - h * h) * dh
    return (
        np.dot(delta, W.T),
        np.dot(delta, U.T),
        np.einsum("bm,bn->mn", x, delta),
        np.einsum("bi,bj->ij", h_prev, delta),
        np.einsum("bn->n", delta),
    )


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    B, T, M = xs.shape
    dxs = np.zeros((B, T, M))
    dW, dU, db = 0, 0, 0
    dh_next = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        out = step_backward(dhs[:, t] + dh_next, xs[:, t], hs[:, t - 1], hs[:, t], W, U)
        dxs[:, t], dh_next = out[0], out[1]
        dW, dU, db = dW + out[2], dU + out[3], db + out[4]
    return dxs, dh_next, dW, dU, db
