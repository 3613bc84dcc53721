"""misconception: U belongs to the hidden state of the step, so its gradient uses h

means: state_after_the_step_for_U
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
    grad_a = dh * (1 - np.square(h))
    dx = np.matmul(grad_a, W.T)
    dh_prev = np.matmul(grad_a, U.T)
    dW = np.matmul(x.T, grad_a)
    dU = np.matmul(h.T, grad_a)
    db = grad_a.sum(axis=0)
    return dx, dh_prev, dW, dU, db


def bptt(dhs, xs, h0, W, U, b):
    hs = rnn_forward(xs, h0, W, U, b)
    T = xs.shape[1]
    prev = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    dxs, dh, grads = [], 0, []
    for t in reversed(range(T)):
        dx, dh, *weights = step_backward(dh + dhs[:, t], xs[:, t], prev[:, t], hs[:, t], W, U)
        dxs.insert(0, dx)
        grads.append(weights)
    dW = sum(w[0] for w in grads)
    dU = sum(w[1] for w in grads)
    db = sum(w[2] for w in grads)
    return np.stack(dxs, axis=1), dh, dW, dU, db
