"""misconception: slip: the gradient runs over T // k pieces, so a shorter last piece does not count

means: short_piece_left_out
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
    C = (T + k - 1) // k
    h = h0
    hs = []
    starts = []
    for p in range(C):
        starts.append(h)
        out = rnn_forward(xs[:, p * k : (p + 1) * k], h, W, U, b)
        hs.append(out)
        h = out[:, -1]
    return np.concatenate(hs, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    k = min(k, xs.shape[1])
    C = xs.shape[1] // k
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for p in range(C):
        lo, hi = p * k, p * k + k
        grads = piece_backward(dhs[:, lo:hi], xs[:, lo:hi], hs[:, lo:hi], starts[:, p], U)
        dW = dW + grads[0]
        dU = dU + grads[1]
        db = db + grads[2]
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    T = xs.shape[1]
    h = h0
    for lo in range(0, T, k):
        hi = min(lo + k, T)
        hs = rnn_forward(xs[:, lo:hi], h, W, U, b)
        dW, dU, db = piece_backward(dhs[:, lo:hi], xs[:, lo:hi], hs, h, U)
        W = W - rate * dW
        U = U - rate * dU
        b = b - rate * db
        h = hs[:, -1]
    return W, U, b, h
