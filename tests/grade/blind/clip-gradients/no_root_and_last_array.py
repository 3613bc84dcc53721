"""misconception: the norm is the sum of squares without the root, and the loop over the arrays keeps only the last sum

means: root_forgotten, several
"""

import numpy as np


def clip_by_value(gradient, limit):
    return np.maximum(np.minimum(gradient, limit), -limit)


def norm_of(g):
    return np.sum(g * g)


def clip_by_norm(gradient, limit):
    n = norm_of(gradient)
    return gradient * limit / n if n > limit else gradient


def clip_by_global_norm(gradients, limit):
    for g in gradients:
        norm = norm_of(g)
    if norm > limit:
        return [g * limit / norm for g in gradients], norm
    return [1 * g for g in gradients], norm
