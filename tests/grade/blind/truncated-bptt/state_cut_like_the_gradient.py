"""misconception: a border cuts the state, too: every piece starts from h0 again

means: every_piece_from_h0
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
    T = xs.shape[1]
    hs, starts = [], []
    for start in range(0, T, k):
        starts.append(h0)
        hs.append(rnn_forward(xs[:, start : start + k], h0, W, U, b))
    return np.concatenate(hs, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for p in range(starts.shape[1]):
        cut = slice(p * k, (p + 1) * k)
        gW, gU, gb = piece_backward(dhs[:, cut], xs[:, cut], hs[:, cut], starts[:, p], U)
        dW, dU, db = dW + gW, dU + gU, db + gb
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    for start in range(0, xs.shape[1], k):
        cut = slice(start, start + k)
        hs = rnn_forward(xs[:, cut], h0, W, U, b)
        dW, dU, db = piece_backward(dhs[:, cut], xs[:, cut], hs, h0, U)
        W, U, b = W - rate * dW, U - rate * dU, b - rate * db
    return W, U, b, hs[:, -1]
