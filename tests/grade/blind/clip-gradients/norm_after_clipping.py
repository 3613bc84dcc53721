"""misconception: the norm that is returned is the one of the clipped gradients

means: norm_after_clipping_returned
"""

import numpy as np


def clip_by_value(gradient, limit):
    return np.maximum(np.minimum(gradient, limit), -limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > limit:
        return gradient * limit / norm
    return gradient.copy()


def global_norm(gs):
    return np.sqrt(sum(np.square(g).sum() for g in gs))


def clip_by_global_norm(gradients, limit):
    norm = global_norm(gradients)
    clipped = []
    for g in gradients:
        clipped.append(g * (limit / norm) if norm > limit else g)
    return clipped, global_norm(clipped)
