"""misconception: the gradients of the weights are the mean over the sequences of the batch

means: averaged_over_the_batch
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    states = [h0]
    for x in xs.transpose(1, 0, 2):
        states.append(np.tanh(x.dot(W) + states[-1].dot(U) + b))
    return np.stack(states[1:], axis=1)


def step_backward(dh, x, h_prev, h, W, U):
    B = x.shape[0]
    da = dh * (1 - h**2)
    dW = x.T @ da / B
    dU = h_prev.T @ da / B
    db = da.mean(axis=0)
    return da @ W.T, da @ U.T, dW, dU, db


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
