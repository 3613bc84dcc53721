"""misconception: the gradient enters at the last step and from there only travels back

means: own_gradient_of_earlier_states_ignored
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
    T = xs.shape[1]
    dxs = np.zeros_like(xs)
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros_like(b)
    dh = dhs[:, T - 1]
    for t in range(T - 1, -1, -1):
        if t == 0:
            before = h0
        else:
            before = hs[:, t - 1]
        dxs[:, t], dh, a, c, d = step_backward(dh, xs[:, t], before, hs[:, t], W, U)
        dW = dW + a
        dU = dU + c
        db = db + d
    return dxs, dh, dW, dU, db
