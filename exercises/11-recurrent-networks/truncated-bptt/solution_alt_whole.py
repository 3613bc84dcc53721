"""One walk back over the whole sequence, in which the gradient that comes back is set to zero at every border.

The states need no pieces at all: they are those of the whole sequence. Only where a step is the last of its piece does
nothing come back from later.
"""

import numpy as np


def whole(xs, h0, W, U, b):
    """The states, and the state before each step: (B, T, N) twice."""
    states = [h0]
    for t in range(xs.shape[1]):
        states.append(np.tanh(xs[:, t] @ W + states[-1] @ U + b))
    return np.stack(states[1:], axis=1), np.stack(states[:-1], axis=1)


def forward_in_pieces(xs, h0, W, U, b, k):
    hs, before = whole(xs, h0, W, U, b)
    return hs, before[:, ::k]


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, before = whole(xs, h0, W, U, b)
    length = xs.shape[1]
    dW, dU, db = (np.zeros(one.shape) for one in (W, U, b))
    back = np.zeros(h0.shape)
    for t in range(length - 1, -1, -1):
        if (t + 1) % k == 0:  # the last step of its piece: what comes from later is cut off
            back = np.zeros(h0.shape)
        da = (dhs[:, t] + back) * (1 - hs[:, t] ** 2)
        dW += xs[:, t].T @ da
        dU += before[:, t].T @ da
        db += da.sum(axis=0)
        back = da @ U.T
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    while xs.shape[1]:
        gradients = truncated_bptt(dhs[:, :k], xs[:, :k], h, W, U, b, k)
        h = whole(xs[:, :k], h, W, U, b)[0][:, -1]
        W, U, b = (weight - rate * gradient for weight, gradient in zip((W, U, b), gradients, strict=True))
        xs, dhs = xs[:, k:], dhs[:, k:]
    return W, U, b, h
