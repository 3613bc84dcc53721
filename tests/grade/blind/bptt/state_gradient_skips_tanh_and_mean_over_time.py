"""misconception: the gradient reaches the old state through U only, and shared weights get the mean over the steps

means: tanh_skipped_on_the_way_to_the_past, several
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
    da = dh * (1 - h * h)
    dx = da @ W.T
    dh_prev = dh @ U.T
    dW = x.T @ da
    dU = h_prev.T @ da
    return dx, dh_prev, dW, dU, da.sum(axis=0)


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    T = xs.shape[1]
    dxs = np.zeros(xs.shape)
    dWs, dUs, dbs = [], [], []
    dh = np.zeros(h0.shape)
    for t in range(T)[::-1]:
        h_prev = hs[:, t - 1] if t > 0 else h0
        dxs[:, t], dh, w, u, bb = step_backward(dhs[:, t] + dh, xs[:, t], h_prev, hs[:, t], W, U)
        dWs.append(w)
        dUs.append(u)
        dbs.append(bb)
    return dxs, dh, np.mean(dWs, axis=0), np.mean(dUs, axis=0), np.mean(dbs, axis=0)
