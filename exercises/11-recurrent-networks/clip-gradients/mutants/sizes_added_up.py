"""The norm of a gradient is the sum of the absolute values."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sum(np.abs(gradient))
    if norm > limit:
        return gradient * (limit / norm)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = sum(np.sum(np.abs(g)) for g in gradients)
    factor = limit / norm if norm > limit else 1.0
    return [g * factor for g in gradients], norm
