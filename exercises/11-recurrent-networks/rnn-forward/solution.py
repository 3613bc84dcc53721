"""A simple RNN forwards, as its one equation reads.

The state is the only thing that is handed from step to step, and `rnn_step` is the only place where the weights are used.
A mask changes nothing in the step: both candidates for the next state are there, the new one and the old one, and for
every sequence `np.where` picks one of them. Each step makes a new array, so the caller's first state stays as it was. Cost
of one step: 2·B·N·(M + N) multiplications and additions, masked or not.
In Keras: `SimpleRNN(N, return_sequences=True)(xs, mask=mask, initial_state=h0)`.
"""

import numpy as np


def rnn_step(x, h, W, U, b):
    return np.tanh(x @ W + h @ U + b)  # (B, N)


def rnn_forward(xs, h0, W, U, b):
    return rnn_masked(xs, None, h0, W, U, b)


def rnn_masked(xs, mask, h0, W, U, b):
    batch, length, _ = xs.shape
    real = np.ones((batch, length), bool) if mask is None else mask
    h = np.zeros((batch, len(U)), xs.dtype) if h0 is None else h0
    hs = []
    for t in range(length):
        h = np.where(real[:, t, None], rnn_step(xs[:, t], h, W, U, b), h)  # (B, N)
        hs.append(h)
    return np.stack(hs, axis=1)  # (B, T, N)
