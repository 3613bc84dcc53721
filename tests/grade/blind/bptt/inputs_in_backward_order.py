"""misconception: slip: the gradients of the inputs are collected on the way back and not turned round

means: inputs_in_the_order_of_the_walk
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    states = [h0]
    for x in xs.transpose(1, 0, 2):
        states.append(np.tanh(x.dot(W) + states[-1].dot(U) + b))
    return np.stack(states[1:], axis=1)


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
    dxs = []
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    back = np.zeros(h0.shape)
    for t in reversed(range(xs.shape[1])):
        prev = hs[:, t - 1] if t else h0
        g = step_backward(dhs[:, t] + back, xs[:, t], prev, hs[:, t], W, U)
        dxs.append(g[0])
        back = g[1]
        dW += g[2]
        dU += g[3]
        db += g[4]
    return np.stack(dxs, axis=1), back, dW, dU, db
