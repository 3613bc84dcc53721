"""The GRU cell, by hand: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def gates(x, h, W, U, b):
    """The update gate z and the reset gate r of one time step.

    Shapes: x (B, M), h (B, N), W (M, 3N), U (N, 3N), b (3N,); blocks in the order z, r, g. Returns (z, r), each (B, N).
    """
    raise NotImplementedError("step 1: take the blocks of z and r, and squash them")


def step_reset_before(x, h, W, U, b):
    """One time step as in Cho and others (2014): the reset gate acts on h, before the matrix product.

    Shapes: x (B, M), h (B, N), W (M, 3N), U (N, 3N), b (3N,). Returns h_next (B, N).
    """
    z, r = gates(x, h, W, U, b)
    raise NotImplementedError("step 2: the candidate, then the mix of old state and candidate")


def step_reset_after(x, h, W, U, b):
    """One time step as in Keras by default: the reset gate acts on the result of the recurrent product.

    Shapes: x (B, M), h (B, N), W (M, 3N), U (N, 3N), b (2, 3N): row 0 for the input, row 1 for the recurrent product.
    Returns h_next (B, N).
    """
    raise NotImplementedError("step 3: the same, with the reset gate and the second bias in their new places")


def gru_forward(xs, h0, W, U, b):
    """The state after every step of a sequence that starts from h0, with `step_reset_after`.

    Shapes: xs (B, T, M), h0 (B, N), W (M, 3N), U (N, 3N), b (2, 3N). Returns hs (B, T, N).
    """
    raise NotImplementedError("step 4: carry the state through the T time steps")
