"""Pieces in a row: the state is handed on, the gradient is not.

A piece's backward pass begins with nothing coming back from later, and ends where it began: what it would hand to the piece
before is thrown away. `train_on_pieces` needs k states in place of T, so a book of any length can be learned while it is
read; `truncated_bptt` keeps them all here, for brevity. The price: no weight is ever told of an effect that is k steps away
or more. Cost of the two walks: one forwards and one backwards over the T steps, whatever k is.
In Keras: `SimpleRNN(N, return_sequences=True, stateful=True)`, trained on one piece after the other.
"""

import numpy as np


def rnn_forward(xs, h0, W, U, b):
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ W + h @ U + b)
        hs.append(h)
    return np.stack(hs, axis=1)


def piece_backward(dhs, xs, hs, h0, U):
    before = np.concatenate([h0[:, None], hs[:, :-1]], axis=1)
    das, back = np.empty_like(hs), np.zeros_like(h0)
    for t in reversed(range(hs.shape[1])):
        das[:, t] = (dhs[:, t] + back) * (1 - hs[:, t] ** 2)
        back = das[:, t] @ U.T
    return np.einsum("btm,btn->mn", xs, das), np.einsum("btk,btn->kn", before, das), das.sum(axis=(0, 1))


def forward_in_pieces(xs, h0, W, U, b, k):
    parts, starts = [], [h0]
    for start in range(0, xs.shape[1], k):
        parts.append(rnn_forward(xs[:, start : start + k], starts[-1], W, U, b))
        starts.append(parts[-1][:, -1])
    return np.concatenate(parts, axis=1), np.stack(starts[:-1], axis=1)  # (B, T, N), (B, C, N)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    found = []
    for number, start in enumerate(range(0, xs.shape[1], k)):
        piece = slice(start, start + k)
        found.append(piece_backward(dhs[:, piece], xs[:, piece], hs[:, piece], starts[:, number], U))
    return tuple(sum(ones) for ones in zip(*found, strict=True))


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for start in range(0, xs.shape[1], k):
        piece = slice(start, start + k)
        hs = rnn_forward(xs[:, piece], h, W, U, b)
        dW, dU, db = piece_backward(dhs[:, piece], xs[:, piece], hs, h, U)
        W, U, b = W - rate * dW, U - rate * dU, b - rate * db  # new arrays: the caller keeps the old weights
        h = hs[:, -1]
    return W, U, b, h
