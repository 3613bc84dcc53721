"""The LSTM cell as its equations read.

The four blocks come out of one matrix product, because one large product is faster than four small ones; Keras lays its
weights out for the same reason. The sigmoid is written with tanh, σ(a) = (1 + tanh(a / 2)) / 2: tanh never overflows.
Each step makes new arrays, so the caller's states stay as they were. Cost of one step: 2·B·4N·(M + N) multiplications
and additions.
In Keras: `LSTM(N, return_sequences=True)(xs)`.
"""

import numpy as np


def sigmoid(a):
    return 0.5 * (1.0 + np.tanh(0.5 * a))


def gates(x, h, W, U, b):
    z = x @ W + h @ U + b  # (B, 4N)
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)  # each (B, N)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def lstm_step(x, h, c, W, U, b):
    i, f, g, o = gates(x, h, W, U, b)
    c_next = f * c + i * g  # (B, N)
    return o * np.tanh(c_next), c_next


def lstm_forward(xs, W, U, b):
    batch, length, _ = xs.shape
    units = U.shape[0]
    h = np.zeros((batch, units), xs.dtype)
    c = np.zeros((batch, units), xs.dtype)
    hs = np.empty((batch, length, units), xs.dtype)  # (B, T, N)
    for t in range(length):
        h, c = lstm_step(xs[:, t], h, c, W, U, b)
        hs[:, t] = h
    return hs
