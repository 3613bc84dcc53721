"""misconception: k is the number of pieces into which the sequence is cut

means: k_taken_for_the_number_of_pieces
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


def borders(T, k):
    """(begin, end) of every piece"""
    size = -(-T // k)
    return [(begin, min(begin + size, T)) for begin in range(0, T, size)]


def forward_in_pieces(xs, h0, W, U, b, k):
    h = h0
    all_hs, starts = [], []
    for begin, end in borders(xs.shape[1], k):
        starts.append(h)
        piece = rnn_forward(xs[:, begin:end], h, W, U, b)
        all_hs.append(piece)
        h = piece[:, -1]
    return np.concatenate(all_hs, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    dW, dU, db = 0, 0, 0
    for p, (begin, end) in enumerate(borders(xs.shape[1], k)):
        one = piece_backward(dhs[:, begin:end], xs[:, begin:end], hs[:, begin:end], starts[:, p], U)
        dW, dU, db = dW + one[0], dU + one[1], db + one[2]
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for begin, end in borders(xs.shape[1], k):
        piece = rnn_forward(xs[:, begin:end], h, W, U, b)
        dW, dU, db = piece_backward(dhs[:, begin:end], xs[:, begin:end], piece, h, U)
        W, U, b = W - rate * dW, U - rate * dU, b - rate * db
        h = piece[:, -1]
    return W, U, b, h
