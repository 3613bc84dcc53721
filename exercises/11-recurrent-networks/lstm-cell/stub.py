"""The LSTM cell, by hand: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def gates(x, h, W, U, b):
    """The input gate i, forget gate f, candidate g and output gate o of one time step.

    Shapes: x (B, M), h (B, N), W (M, 4N), U (N, 4N), b (4N,). Returns (i, f, g, o), each (B, N).
    """
    z = x @ W + h @ U + b  # (B, 4N): the four blocks side by side
    raise NotImplementedError("step 1: cut z into i, f, g, o and squash each one")


def lstm_step(x, h, c, W, U, b):
    """One time step: the new hidden state and the new cell state.

    Shapes: x (B, M), h (B, N), c (B, N). Returns (h_next, c_next), each (B, N).
    """
    i, f, g, o = gates(x, h, W, U, b)
    raise NotImplementedError("step 2: update the cell state, then read the hidden state out of it")


def lstm_forward(xs, W, U, b):
    """The hidden state after every step of a sequence that starts from h = 0 and c = 0.

    Shapes: xs (B, T, M). Returns hs (B, T, N); N is the number of rows of U.
    """
    raise NotImplementedError("step 3: carry h and c through the T time steps")
