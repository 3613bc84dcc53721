"""After clipping the norm is always the limit, so short gradients are made longer, too."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > 0:
        return gradient * (limit / norm)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = limit / norm if norm > 0 else 1.0
    return [g * factor for g in gradients], norm
