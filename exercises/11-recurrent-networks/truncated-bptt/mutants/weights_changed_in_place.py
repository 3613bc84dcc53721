"""The weights are updated where they stand."""

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


def pieces(length, k):
    return [slice(start, min(start + k, length)) for start in range(0, length, k)]


def forward_in_pieces(xs, h0, W, U, b, k):
    h = h0
    parts, starts = [], []
    for piece in pieces(xs.shape[1], k):
        starts.append(h)
        part = rnn_forward(xs[:, piece], h, W, U, b)
        parts.append(part)
        h = part[:, -1]
    return np.concatenate(parts, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    h = h0
    total = [np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)]
    for piece in pieces(xs.shape[1], k):
        hs = rnn_forward(xs[:, piece], h, W, U, b)
        ones = piece_backward(dhs[:, piece], xs[:, piece], hs, h, U)
        total = [old + one for old, one in zip(total, ones)]
        h = hs[:, -1]
    return tuple(total)


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for piece in pieces(xs.shape[1], k):
        hs = rnn_forward(xs[:, piece], h, W, U, b)
        dW, dU, db = piece_backward(dhs[:, piece], xs[:, piece], hs, h, U)
        W -= rate * dW
        U -= rate * dU
        b -= rate * db
        h = hs[:, -1]
    return W, U, b, h
