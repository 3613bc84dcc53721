"""misconception: training on pieces means one step of descent with the truncated gradient of the whole sequence

means: weights_updated_at_the_end
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
    h, states, starts = h0, [], []
    for i in range(0, xs.shape[1], k):
        starts += [h]
        states += [rnn_forward(xs[:, i : i + k], h, W, U, b)]
        h = states[-1][:, -1]
    return np.concatenate(states, 1), np.stack(starts, 1)


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs, starts = forward_in_pieces(xs, h0, W, U, b, k)
    grads = [
        piece_backward(dhs[:, p * k : (p + 1) * k], xs[:, p * k : (p + 1) * k], hs[:, p * k : (p + 1) * k], starts[:, p], U)
        for p in range(starts.shape[1])
    ]
    dWs, dUs, dbs = zip(*grads)
    return sum(dWs), sum(dUs), sum(dbs)


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    hs, _ = forward_in_pieces(xs, h0, W, U, b, k)
    dW, dU, db = truncated_bptt(dhs, xs, h0, W, U, b, k)
    return W - rate * dW, U - rate * dU, b - rate * db, hs[:, -1]
