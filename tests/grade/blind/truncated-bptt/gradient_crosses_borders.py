"""misconception: pieces only save memory: since the state goes on, the gradient goes on as well and is the exact one

means: nothing_cut
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
    starts, hs = [h0], []
    for i in range(0, xs.shape[1], k):
        hs.append(rnn_forward(xs[:, i : i + k], starts[-1], W, U, b))
        starts.append(hs[-1][:, -1])
    return np.concatenate(hs, axis=1), np.stack(starts[:-1], axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    from_next = np.zeros_like(h0)  # what the later pieces say about the last state of this one
    for p in reversed(range(starts.shape[1])):
        x, h, d = xs[:, p * k : p * k + k], hs[:, p * k : p * k + k], dhs[:, p * k : p * k + k].copy()
        d[:, -1] = d[:, -1] + from_next
        gW, gU, gb = piece_backward(d, x, h, starts[:, p], U)
        dW, dU, db = dW + gW, dU + gU, db + gb
        back = np.zeros_like(h0)
        for t in reversed(range(h.shape[1])):
            back = ((d[:, t] + back) * (1 - h[:, t] ** 2)) @ U.T
        from_next = back
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for i in range(0, xs.shape[1], k):
        hs = rnn_forward(xs[:, i : i + k], h, W, U, b)
        gW, gU, gb = piece_backward(dhs[:, i : i + k], xs[:, i : i + k], hs, h, U)
        W, U, b = W - rate * gW, U - rate * gU, b - rate * gb
        h = hs[:, -1]
    return W, U, b, h
