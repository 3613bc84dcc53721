"""misconception: walking back, the gradients of the weights of the last visited step are the ones that count

means: last_use_of_the_weights_wins
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
    da = dh * (1 - h**2)
    dx = da @ W.T
    dh_prev = da @ U.T
    dW = x.T @ da
    dU = h_prev.T @ da
    db = da.sum(axis=0)
    return dx, dh_prev, dW, dU, db


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    dxs = np.zeros(xs.shape)
    dh_prev = np.zeros(h0.shape)
    t = xs.shape[1] - 1
    while t >= 0:
        h_prev = h0 if t == 0 else hs[:, t - 1]
        dh = dhs[:, t] + dh_prev
        dx, dh_prev, dW, dU, db = step_backward(dh, xs[:, t], h_prev, hs[:, t], W, U)
        dxs[:, t] = dx
        t -= 1
    return dxs, dh_prev, dW, dU, db
