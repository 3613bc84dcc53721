"""The gradient as the double sum of the papers: every loss, and every earlier step of its piece that it can still see.

L_t depends on the weights through step s with the factor ∂h_t/∂h_s, a product of Jacobians. Without a cut s runs over all
steps up to t; here it runs over those of the same piece, t - (t mod k) to t.
"""

import numpy as np


def states(xs, h0, W, U, b):
    hs = np.zeros((xs.shape[0], xs.shape[1] + 1, len(b)))
    hs[:, 0] = h0
    for t in range(xs.shape[1]):
        hs[:, t + 1] = np.tanh(np.einsum("bm,mn->bn", xs[:, t], W) + np.einsum("bk,kn->bn", hs[:, t], U) + b)
    return hs  # (B, T + 1, N): one more, with h0 in front


def forward_in_pieces(xs, h0, W, U, b, k):
    hs = states(xs, h0, W, U, b)
    return hs[:, 1:], hs[:, range(0, xs.shape[1], k)]


def truncated_bptt(dhs, xs, h0, W, U, b, k):
    hs = states(xs, h0, W, U, b)
    slope = 1 - hs[:, 1:] ** 2  # (B, T, N)
    dW, dU, db = 0, 0, 0
    for t in range(xs.shape[1]):
        g = dhs[:, t]
        for s in range(t, t - t % k - 1, -1):
            da = g * slope[:, s]
            dW = dW + np.einsum("bm,bn->mn", xs[:, s], da)
            dU = dU + np.einsum("bk,bn->kn", hs[:, s], da)
            db = db + np.einsum("bn->n", da)
            g = np.einsum("bn,kn->bk", da, U)
    return dW, dU, db


def train_on_pieces(dhs, xs, h0, W, U, b, k, rate):
    start, h = 0, h0
    while start < xs.shape[1]:
        x, loss = xs[:, start : start + k], dhs[:, start : start + k]
        dW, dU, db = truncated_bptt(loss, x, h, W, U, b, k)
        h = states(x, h, W, U, b)[:, -1]
        W, U, b = W - rate * dW, U - rate * dU, b - rate * db
        start += k
    return [W, U, b, h]
