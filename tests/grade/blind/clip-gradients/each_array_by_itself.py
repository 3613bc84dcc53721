"""misconception: with the global norm above the limit, each array is clipped by its own norm

means: each_array_has_its_own_factor
"""

import math

import numpy as np


def clip_by_value(gradient, limit):
    return np.maximum(np.minimum(gradient, limit), -limit)


def clip_by_norm(gradient, limit):
    length = np.linalg.norm(gradient.ravel())
    factor = limit / length if length > limit else 1.0
    return gradient * factor


def clip_by_global_norm(gradients, limit):
    norm = math.sqrt(sum(float((g**2).sum()) for g in gradients))
    if norm <= limit:
        return list(gradients), norm
    return [clip_by_norm(g, limit) for g in gradients], norm
