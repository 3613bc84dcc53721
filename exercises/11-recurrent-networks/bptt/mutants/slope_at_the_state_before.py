"""The slope is taken at the state that goes into the step."""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    h = h0
    hs = []
    for t in range(xs.shape[1]):
        a = xs[:, t] @ W + h @ U + b
        h = np.tanh(a)
        hs.append(h)
    return np.stack(hs, axis=1)


def step_backward(dh, x, h_prev, h, W, U):
    da = dh * (1 - h_prev**2)
    dx = da @ W.T
    dh_prev = da @ U.T
    dW = x.T @ da
    dU = h_prev.T @ da
    db = da.sum(axis=0)
    return dx, dh_prev, dW, dU, db


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    T = xs.shape[1]
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    dxs = []
    dh_next = np.zeros_like(h0)
    for t in reversed(range(T)):
        h_prev = hs[:, t - 1] if t > 0 else h0
        dh = dhs[:, t] + dh_next
        dx, dh_next, dW_t, dU_t, db_t = step_backward(dh, xs[:, t], h_prev, hs[:, t], W, U)
        dxs.append(dx)
        dW = dW + dW_t
        dU = dU + dU_t
        db = db + db_t
    return np.stack(dxs[::-1], axis=1), dh_next, dW, dU, db
