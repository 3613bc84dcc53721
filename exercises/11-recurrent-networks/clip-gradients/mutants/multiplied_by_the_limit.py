"""Too long: times the limit."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > limit:
        return gradient * limit
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(one**2) for one in gradients))
    factor = limit if norm > limit else 1.0
    return [one * factor for one in gradients], norm
