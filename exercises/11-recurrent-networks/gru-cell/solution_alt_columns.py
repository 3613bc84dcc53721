"""States as columns, blocks cut by a reshape, the mix written as a correction, and all input products in one.

h_next = g + z ⊙ (h - g) is the same mix with one multiplication less. In `gru_forward`, x W does not depend on the state
and is made for the whole sequence before the loop. The sigmoid is exp(-log(1 + exp(-a))), made stable with `logaddexp`.
"""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def blocks(a, units):
    """(..., 3N) to three arrays (N, ...): columns first."""
    return np.moveaxis(a.reshape(*a.shape[:-1], 3, units), (-2, -1), (0, 1))


def gates(x, h, W, U, b):
    stacked = np.concatenate([x, h], axis=1)  # (B, M + N)
    logits = stacked @ np.concatenate([W, U]) + b  # (B, 3N); the candidate's block is not used
    z, r, _ = blocks(logits, h.shape[1])
    return sigmoid(z.T), sigmoid(r.T)


def step_reset_before(x, h, W, U, b):
    units = h.shape[1]
    z, r = gates(x, h, W, U, b)
    seen = np.einsum("bn,bn,nk->bk", r, h, U[:, -units:])
    g = np.tanh(np.einsum("bm,mk->bk", x, W[:, -units:]) + seen + b[-units:])
    return g + z * (h - g)


def mixed(x_part, h, U, d):
    """One step with the reset gate after the product; x_part (3, N, B), h (N, B)."""
    units = len(h)
    h_part = (U.T @ h + d[:, None]).reshape(3, units, -1)  # (3, N, B)
    z, r = sigmoid(x_part[:2] + h_part[:2])
    g = np.tanh(x_part[2] + r * h_part[2])
    return g + z * (h - g)


def step_reset_after(x, h, W, U, b):
    return mixed(blocks(x @ W + b[0], h.shape[1]), h.T, U, b[1]).T


def gru_forward(xs, h0, W, U, b):
    h, hs = h0.T, []
    parts = blocks(xs @ W + b[0], h0.shape[1])  # (3, N, B, T)
    for t in range(xs.shape[1]):
        h = mixed(parts[..., t], h, U, b[1])
        hs.append(h.T)
    return np.array(hs).swapaxes(0, 1)  # (T, B, N) to (B, T, N)
