"""Four separate weight matrices, states kept as columns, and the input's share of all time steps in one product.

W and U are cut per gate and x and h are put on top of each other, so that one product [W; U]ᵀ [x; h] replaces two. In
`lstm_forward`, x W does not depend on the state and is made for the whole sequence before the loop. The sigmoid is
exp(-log(1 + exp(-a))), made stable with `logaddexp`.
"""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def gates(x, h, W, U, b):
    stacked = np.concatenate([x, h], axis=1)  # (B, M + N)
    blocks = np.concatenate([W, U]).reshape(stacked.shape[1], 4, -1)  # (M + N, 4, N)
    z = np.einsum("bk,kgn->gbn", stacked, blocks) + b.reshape(4, 1, -1)  # (4, B, N)
    return [sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])]


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = np.add(np.multiply(f, c), np.multiply(i, g))
    return [np.tanh(c_next) * o, c_next]


def lstm_forward(xs, W, U, b):
    batch, length, features = xs.shape
    units = len(U)
    shares = (xs.reshape(-1, features) @ W + b).reshape(batch, length, 4, units)  # (B, T, 4, N)
    h, c, hs = np.zeros((units, batch)), np.zeros((units, batch)), []  # states as columns (N, B), in float64
    for t in range(length):
        z = shares[:, t].transpose(1, 2, 0) + (U.T @ h).reshape(4, units, batch)  # (4, N, B)
        c = c * sigmoid(z[1]) + sigmoid(z[0]) * np.tanh(z[2])
        h = np.tanh(c) * sigmoid(z[3])
        hs.append(h.T)
    return np.array(hs).swapaxes(0, 1)  # (T, B, N) to (B, T, N)
