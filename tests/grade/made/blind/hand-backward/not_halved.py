"""misconception: the loss is not halved, and its slope is right for that"""

import numpy as np


def forward(x, W, b):
    return np.tanh(x @ W + b)


def backward(x, W, b, dy):
    y = forward(x, W, b)
    dz = dy * (1 - y**2)
    return x.T @ dz, dz.sum(axis=0)


def loss(y, target):
    return np.sum((y - target) ** 2)


def slope(y, target):
    return 2 * (y - target)
