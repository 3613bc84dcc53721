"""misconception: each state only gets the gradient from its own output

means: gradient_from_the_later_step_dropped
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
    steps = xs.shape[1]
    prevs = [h0] + [hs[:, t] for t in range(steps - 1)]
    results = [step_backward(dhs[:, t], xs[:, t], prevs[t], hs[:, t], W, U) for t in range(steps)]
    dxs = np.stack([r[0] for r in results], axis=1)
    dh0 = results[0][1]
    dW, dU, db = (sum(r[k] for r in results) for k in (2, 3, 4))
    return dxs, dh0, dW, dU, db
