"""misconception: slip: the gradients of earlier pieces are not cleared, so each update takes all of them again

means: none
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
    hs = rnn_forward(xs, h0, W, U, b)
    with_start = np.concatenate([h0[:, np.newaxis], hs], axis=1)
    T = xs.shape[1]
    return hs, with_start[:, 0:T:k]


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for p in range(starts.shape[1]):
        r = slice(p * k, p * k + k)
        gW, gU, gb = piece_backward(dhs[:, r], xs[:, r], hs[:, r], starts[:, p], U)
        dW, dU, db = dW + gW, dU + gU, db + gb
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    W, U, b, h = W.copy(), U.copy(), b.copy(), h0
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for t in range(0, xs.shape[1], k):
        r = slice(t, t + k)
        hs = rnn_forward(xs[:, r], h, W, U, b)
        gW, gU, gb = piece_backward(dhs[:, r], xs[:, r], hs, h, U)
        dW = dW + gW
        dU = dU + gU
        db = db + gb
        W = W - rate * dW
        U = U - rate * dU
        b = b - rate * db
        h = hs[:, -1]
    return W, U, b, h
