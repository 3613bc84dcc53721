"""misconception: the loss at every step goes back k steps, wherever the borders are (a sliding window)

means: window_over_the_borders
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
    state, pieces, starts = h0, [], []
    for begin in range(0, T, k):
        piece = rnn_forward(xs[:, begin : begin + k], state, W, U, b)
        pieces.append(piece)
        starts.append(state)
        state = piece[:, -1]
    return np.concatenate(pieces, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs = rnn_forward(xs, h0, W, U, b)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for t in range(xs.shape[1]):
        first = max(0, t - k + 1)
        window = slice(first, t + 1)
        start = h0 if first == 0 else hs[:, first - 1]
        only_t = np.zeros_like(hs[:, window])
        only_t[:, -1] = dhs[:, t]
        gW, gU, gb = piece_backward(only_t, xs[:, window], hs[:, window], start, U)
        dW, dU, db = dW + gW, dU + gU, db + gb
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    state = h0
    for begin in range(0, xs.shape[1], k):
        piece = slice(begin, begin + k)
        hs = rnn_forward(xs[:, piece], state, W, U, b)
        gW, gU, gb = piece_backward(dhs[:, piece], xs[:, piece], hs, state, U)
        W, U, b = W - rate * gW, U - rate * gU, b - rate * gb
        state = hs[:, -1]
    return W, U, b, state
