"""misconception: slip: np.linalg.norm with ord 2, which for a matrix is its largest singular value

means: none
"""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.linalg.norm(gradient, 2)
    if norm > limit:
        gradient = gradient * (limit / norm)
    return gradient


def clip_by_global_norm(gradients, limit):
    total = 0.0
    for g in gradients:
        total += np.sum(g**2)
    norm = np.sqrt(total)
    if norm > limit:
        return [g * limit / norm for g in gradients], norm
    return [g.copy() for g in gradients], norm
