"""Gradient clipping, three ways: fill in the three functions. README.md beside this file says what each must do."""

import numpy as np


def clip_by_value(gradient, limit):
    """Every number of the gradient, limited to the range from -limit to limit. Same shape."""
    raise NotImplementedError("step 1: limit each number for itself")


def clip_by_norm(gradient, limit):
    """The gradient, scaled down to the norm `limit` if its norm over all numbers is above it. Same shape."""
    raise NotImplementedError("step 2: one norm for the whole array")


def clip_by_global_norm(gradients, limit):
    """All gradients, scaled by one common factor if their joint norm is above `limit`; and that norm before clipping.

    `gradients` is a list of arrays. Returns (clipped, norm): a list of arrays with the same shapes, and a number.
    """
    raise NotImplementedError("step 3: one norm for all arrays together")
