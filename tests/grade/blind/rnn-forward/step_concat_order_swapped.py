"""misconception: slip: one product for both, but [h, x] is put side by side while the weights are stacked as W over U

means: joined_in_the_wrong_order
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    hx = np.concatenate([h, x], axis=1)
    WU = np.concatenate([W, U], axis=0)
    return np.tanh(hx @ WU + b)


def _start(xs, h0, U):
    return np.zeros((xs.shape[0], U.shape[0])) if h0 is None else np.array(h0)


def rnn_forward(xs, h0, W, U, b):
    h = _start(xs, h0, U)
    hs = np.zeros((xs.shape[0], xs.shape[1], U.shape[0]))
    for t in range(xs.shape[1]):
        h = rnn_step(xs[:, t], h, W, U, b)
        hs[:, t] = h
    return hs


def rnn_masked(xs, mask, h0, W, U, b):
    if mask is None:
        mask = np.full(xs.shape[:2], True)
    h = _start(xs, h0, U)
    hs = np.zeros((xs.shape[0], xs.shape[1], U.shape[0]))
    for t in range(xs.shape[1]):
        m = mask[:, t].astype(bool)
        new = rnn_step(xs[:, t], h, W, U, b)
        h = h.astype(new.dtype)
        h[m] = new[m]
        hs[:, t] = h
    return hs
