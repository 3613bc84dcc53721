"""misconception: everything whose absolute value is above the limit becomes the limit

means: absolute_values_limited
"""

import numpy as np


def clip_by_value(gradient, limit):
    too_big = np.abs(gradient) > limit
    return np.where(too_big, limit, gradient)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > limit:
        return gradient * limit / norm
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    total = 0.0
    for g in gradients:
        total += np.sum(g**2)
    norm = np.sqrt(total)
    if norm > limit:
        return [g * limit / norm for g in gradients], norm
    return [g.copy() for g in gradients], norm
