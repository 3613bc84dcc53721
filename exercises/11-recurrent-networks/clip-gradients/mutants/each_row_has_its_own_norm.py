"""A gradient with several axes is a stack of vectors, each clipped by its own norm over the last axis."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2, axis=-1, keepdims=True))
    return np.where(norm > limit, gradient * (limit / np.maximum(norm, limit)), gradient)


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = limit / norm if norm > limit else 1.0
    return [g * factor for g in gradients], norm
