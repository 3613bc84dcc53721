"""misconception: the gradient goes back through the same matrix U by which the state came

means: recurrent_matrix_not_transposed
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
    dh_prev = da @ U
    dW = x.T @ da
    dU = h_prev.T @ da
    db = np.sum(da, axis=0)
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
