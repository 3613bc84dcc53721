"""The list is clipped array by array, each time with the norm of all arrays as they are by then."""

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
    clipped = [g.copy() for g in gradients]
    for k in range(len(clipped)):
        now = np.sqrt(sum(np.sum(g**2) for g in clipped))
        if now > limit:
            clipped[k] = clipped[k] * (limit / now)
    return clipped, norm
