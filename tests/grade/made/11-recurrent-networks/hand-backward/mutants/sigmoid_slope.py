"""tanh' is 1 - y²."""

import numpy as np


def forward(x, W, b):
    return np.tanh(x @ W + b)


def backward(x, W, b, dy):
    y = forward(x, W, b)
    dz = dy * (y * (1 - y))
    return x.T @ dz, dz.sum(axis=0)


def loss(y, target):
    return 0.5 * np.sum((y - target) ** 2)


def slope(y, target):
    return y - target
