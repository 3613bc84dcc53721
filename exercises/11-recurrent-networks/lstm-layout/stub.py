"""The LSTM's weights: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def from_gates(f, i, c, o):
    """Keras' three arrays out of four gates [W, b], where a gate is W [h, x] + b, W (N, N + M), b (N,).

    Returns kernel (M, 4N), recurrent (N, 4N), bias (4N,), with the blocks i, f, c, o.
    """
    raise NotImplementedError("step 1: cut each W into its part for h and its part for x, and put the blocks in order")


def from_torch(weight_ih, weight_hh, bias_ih, bias_hh):
    """Keras' three arrays out of PyTorch's four: (4N, M), (4N, N), (4N,), (4N,), blocks i, f, g, o."""
    raise NotImplementedError("step 2: columns become rows, and two biases one")


def open_forget_gate(bias, keep):
    """The bias (4N,), with the block of the forget gate such that each unit keeps the share `keep` (N,) of its cell."""
    raise NotImplementedError("step 3: which bias makes the sigmoid equal to keep?")


def survives(bias, steps):
    """The share of each unit's cell that is left after `steps` steps, by the forget gate's bias alone. Returns (N,)."""
    raise NotImplementedError("step 4: the same factor at every step")
