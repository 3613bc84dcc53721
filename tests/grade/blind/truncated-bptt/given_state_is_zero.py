"""misconception: in the backward pass the first state of a later piece counts as zero, since no gradient comes from it

means: given_state_taken_for_zero
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
    h, hs, starts = h0, [], []
    for t in range(0, xs.shape[1], k):
        starts.append(h)
        hs.append(rnn_forward(xs[:, t : t + k], h, W, U, b))
        h = hs[-1][:, -1]
    return np.concatenate(hs, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, _ = forward_in_pieces(xs, h0, W, U, b, k)
    dW = np.zeros(W.shape)
    dU = np.zeros(U.shape)
    db = np.zeros(b.shape)
    for t in range(0, xs.shape[1], k):
        s = np.s_[:, t : t + k]
        first = h0 if t == 0 else np.zeros_like(h0)
        a, c, d = piece_backward(dhs[s], xs[s], hs[s], first, U)
        dW += a
        dU += c
        db += d
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for t in range(0, xs.shape[1], k):
        s = np.s_[:, t : t + k]
        hs = rnn_forward(xs[s], h, W, U, b)
        a, c, d = piece_backward(dhs[s], xs[s], hs, h, U)
        W, U, b = W - rate * a, U - rate * c, b - rate * d
        h = hs[:, -1]
    return W, U, b, h
