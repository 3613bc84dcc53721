"""Both directions, by hand: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def read_forwards(xs, W, U, b):
    """f_t = tanh(x_t W + f_{t-1} U + b) from the first step to the last. Shapes: xs (B, T, M). Returns fs (B, T, N)."""
    f, fs = np.zeros((len(xs), len(U)), xs.dtype), []
    for t in range(xs.shape[1]):
        f = np.tanh(xs[:, t] @ W + f @ U + b)
        fs.append(f)
    return np.stack(fs, axis=1)


def read_backwards(xs, W, U, b):
    """g_t = tanh(x_t W + g_{t+1} U + b) from the last step to the first; gs[:, t] stands at xs[:, t].

    Shapes: xs (B, T, M), W (M, N), U (N, N), b (N,). Returns gs (B, T, N).
    """
    raise NotImplementedError("step 1: read from the end, and keep the order of the sequence")


def bidirectional(xs, forward, backward):
    """Both states of every step, side by side. forward and backward are [W, U, b]. Returns hs (B, T, 2N)."""
    raise NotImplementedError("step 2: put both directions side by side")


def summary(xs, forward, backward):
    """Both final states, side by side. Returns s (B, 2N)."""
    raise NotImplementedError("step 3: where has each direction read everything?")


def bidirectional_lengths(xs, lengths, forward, backward):
    """As bidirectional, for sequences of `lengths` (B,) real steps; 0 at filling. Returns hs (B, T, 2N)."""
    raise NotImplementedError("step 4: the backward direction begins at the last real step of each sequence")
