"""The norm of a gradient is its largest absolute value."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.max(np.abs(gradient), initial=0.0)
    if norm > limit:
        return gradient * (limit / norm)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = max(np.max(np.abs(g), initial=0.0) for g in gradients)
    factor = limit / norm if norm > limit else 1.0
    return [g * factor for g in gradients], norm
