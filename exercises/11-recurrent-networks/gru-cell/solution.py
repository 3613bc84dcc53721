"""Both GRU steps as their equations read.

All blocks of an input come out of one matrix product. In the first convention the recurrent product of the candidate has
to wait for the reset gate, so there are two recurrent products; in the second one product h U serves all three blocks,
and only then does r act. The sigmoid is written with tanh, σ(a) = (1 + tanh(a / 2)) / 2: tanh never overflows. Cost of
one step: 2·B·3N·(M + N) multiplications and additions, in both.
In Keras: `GRU(N, return_sequences=True)(xs, initial_state=h0)`.
"""

import numpy as np


def sigmoid(a):
    return 0.5 * (1.0 + np.tanh(0.5 * a))


def gates(x, h, W, U, b):
    n = h.shape[1]
    both = x @ W[:, : 2 * n] + h @ U[:, : 2 * n] + b[: 2 * n]  # (B, 2N)
    z, r = np.split(sigmoid(both), 2, axis=1)  # each (B, N)
    return z, r


def step_reset_before(x, h, W, U, b):
    n = h.shape[1]
    z, r = gates(x, h, W, U, b)
    g = np.tanh(x @ W[:, 2 * n :] + (r * h) @ U[:, 2 * n :] + b[2 * n :])  # (B, N)
    return z * h + (1.0 - z) * g


def step_reset_after(x, h, W, U, b):
    x_z, x_r, x_g = np.split(x @ W + b[0], 3, axis=1)  # each (B, N)
    h_z, h_r, h_g = np.split(h @ U + b[1], 3, axis=1)  # each (B, N)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    g = np.tanh(x_g + r * h_g)
    return z * h + (1.0 - z) * g


def gru_forward(xs, h0, W, U, b):
    h, hs = h0, []
    for t in range(xs.shape[1]):
        h = step_reset_after(xs[:, t], h, W, U, b)
        hs.append(h)
    return np.stack(hs, axis=1)  # (B, T, N)
