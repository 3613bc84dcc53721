"""misconception: the derivative is 1 - tanh(h)^2, since h is what goes in

means: tanh_squashed_a_second_time
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
    dtanh = 1 - np.tanh(h) ** 2
    da = dh * dtanh
    return da @ W.T, da @ U.T, x.T @ da, h_prev.T @ da, da.sum(0)


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    dxs = np.zeros(xs.shape)
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    carry = np.zeros(h0.shape)
    for t in range(xs.shape[1] - 1, -1, -1):
        h_prev = hs[:, t - 1] if t > 0 else h0
        dx, carry, dWt, dUt, dbt = step_backward(dhs[:, t] + carry, xs[:, t], h_prev, hs[:, t], W, U)
        dxs[:, t] = dx
        dW += dWt
        dU += dUt
        db += dbt
    return dxs, carry, dW, dU, db
