"""misconception: no tanh at all

means: none
"""

import numpy as np


def forward(x, W, b):
    return x @ W + b


def backward(x, W, b, dy):
    y = forward(x, W, b)
    dz = dy
    return x.T @ dz, dz.sum(axis=0)


def loss(y, target):
    return 0.5 * np.sum((y - target) ** 2)


def slope(y, target):
    return y - target
