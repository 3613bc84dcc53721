"""misconception: clipping gives every gradient the length of the limit, short ones as well

means: everything_scaled_to_the_limit
"""

import numpy as np


def clip_by_value(gradient, limit):
    out = np.where(gradient > limit, limit, gradient)
    return np.where(out < -limit, -limit, out)


def clip_by_norm(gradient, limit):
    n = np.sqrt((gradient * gradient).sum())
    if n == 0:
        return gradient
    return gradient / n * limit


def clip_by_global_norm(gradients, limit):
    total = 0.0
    for g in gradients:
        total += np.sum(g**2)
    norm = np.sqrt(total)
    if norm > limit:
        return [g * limit / norm for g in gradients], norm
    return [g.copy() for g in gradients], norm
