"""A norm above the limit means that numbers are too large, and these are cut."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > limit:
        return np.clip(gradient, -limit, limit)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > limit:
        gradients = [np.clip(g, -limit, limit) for g in gradients]
    return [g.copy() for g in gradients], norm
