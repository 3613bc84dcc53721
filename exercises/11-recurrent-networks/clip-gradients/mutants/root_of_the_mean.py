"""The norm is the root of the mean of the squares, so that it does not grow with the size of an array."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2) / max(gradient.size, 1))
    if norm > limit:
        return gradient * (limit / norm)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients) / sum(g.size for g in gradients))
    factor = limit / norm if norm > limit else 1.0
    return [g * factor for g in gradients], norm
