"""misconception: after each update the piece is run again, so that the state that goes on fits the new weights

means: state_computed_anew
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
    starts, out, h = [], [], h0
    for s in range(0, T, k):
        starts.append(h)
        chunk = rnn_forward(xs[:, s : s + k], h, W, U, b)
        out.append(chunk)
        h = chunk[:, -1]
    return np.concatenate(out, axis=1), np.stack(starts, axis=1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    total_W, total_U, total_b = 0.0, 0.0, 0.0
    for n, s in enumerate(range(0, xs.shape[1], k)):
        dW, dU, db = piece_backward(dhs[:, s : s + k], xs[:, s : s + k], hs[:, s : s + k], starts[:, n], U)
        total_W, total_U, total_b = total_W + dW, total_U + dU, total_b + db
    return total_W, total_U, total_b


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    h = h0
    for s in range(0, xs.shape[1], k):
        x, d = xs[:, s : s + k], dhs[:, s : s + k]
        dW, dU, db = piece_backward(d, x, rnn_forward(x, h, W, U, b), h, U)
        W, U, b = W - rate * dW, U - rate * dU, b - rate * db
        h = rnn_forward(x, h, W, U, b)[:, -1]
    return W, U, b, h
