"""misconception: slip: a piece that begins with step k is said to start from hs[:, k], which is the state after that step

means: first_state_of_each_piece
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    """The state after every step of a piece that starts from h0. Shapes: xs (B, k, M), h0 (B, N). Returns hs (B, k, N)."""
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ W + h @ U + b)
        hs.append(h)
    return np.stack(hs, axis=1)


def piece_backward(dhs, xs, hs, h0, U):
    """Gradients (dW, dU, db) of sum(dhs * hs) for a piece that starts from h0, which is taken as given."""
    before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    das, back = np.empty_like(hs), np.zeros_like(h0)
    for t in reversed(range(hs.shape[1])):
        das[:, t] = (dhs[:, t] + back) * (1 - hs[:, t] ** 2)
        back = das[:, t] @ U.T
    return np.einsum("btm,btn->mn", xs, das), np.einsum("btk,btn->kn", before, das), das.sum(axis=(0, 1))


def forward_in_pieces(xs, h0, W, U, b, k):
    # the cuts change nothing about the states
    hs = rnn_forward(xs, h0, W, U, b)
    starts = np.concatenate([h0[:, None], hs[:, k::k]], axis=1)
    return hs, starts


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    h = h0
    sums = [0.0, 0.0, 0.0]
    for a in range(0, xs.shape[1], k):
        e = a + k
        hs = rnn_forward(xs[:, a:e], h, W, U, b)
        grads = piece_backward(dhs[:, a:e], xs[:, a:e], hs, h, U)
        sums = [s + g for s, g in zip(sums, grads)]
        h = hs[:, -1]
    return tuple(sums)


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for a in range(0, xs.shape[1], k):
        e = a + k
        hs = rnn_forward(xs[:, a:e], h, W, U, b)
        dW, dU, db = piece_backward(dhs[:, a:e], xs[:, a:e], hs, h, U)
        W = W - rate * dW
        U = U - rate * dU
        b = b - rate * db
        h = hs[:, -1]
    return W, U, b, h
