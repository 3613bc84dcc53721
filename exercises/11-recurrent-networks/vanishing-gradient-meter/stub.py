"""A meter for vanishing gradients: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    """Every state of an RNN, and the slope of its activation at every step. kind is "tanh" or "relu".

    Shapes: xs (B, T, M), h0 (B, N), W (M, N), U (N, N), b (N,). Returns (hs, slopes), each (B, T, N).
    """
    raise NotImplementedError("step 1: run the network, and keep the slope beside each state")


def gradient_norms(dh, slopes, U):
    """The norm of the gradient by the distance from the end, which begins as dh at the last state.

    Shapes: dh (B, N), slopes (B, T, N), U (N, N). Returns norms (B, T + 1).
    """
    raise NotImplementedError("step 2: walk back, and note the length of the gradient at each distance")


def bounds(dh, slopes, U):
    """The least and the most that these norms can be, by singular values of U and extreme slopes.

    Shapes: dh (B, N), slopes (B, T, N), U (N, N). Returns (lower, upper), each (B, T + 1).
    """
    raise NotImplementedError("step 3: multiply up the smallest and the largest factors")
