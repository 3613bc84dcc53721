"""A simple RNN forwards: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def rnn_step(x, h, W, U, b):
    """The state after one time step.

    Shapes: x (B, M), h (B, N), W (M, N), U (N, N), b (N,). Returns h_next (B, N).
    """
    raise NotImplementedError("step 1: what is read, what is remembered, and the bias, squashed by tanh")


def rnn_forward(xs, h0, W, U, b):
    """The state after every step of sequences that start from h0, or from zeros where h0 is None.

    Shapes: xs (B, T, M), h0 (B, N) or None. Returns hs (B, T, N).
    """
    raise NotImplementedError("step 2: carry the state through the T time steps")


def rnn_masked(xs, mask, h0, W, U, b):
    """As rnn_forward; where mask is False, a state stays what it was.

    Shapes: xs (B, T, M), mask (B, T) of truth values or None, h0 (B, N) or None. Returns hs (B, T, N).
    """
    raise NotImplementedError("step 3: take the new state only where the mask is True")
