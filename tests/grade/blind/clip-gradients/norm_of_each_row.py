"""misconception: a gradient with two axes is a batch, so every row is clipped by its own norm

means: each_row_has_its_own_norm
"""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norms = np.linalg.norm(gradient, axis=-1, keepdims=True)
    safe = np.where(norms == 0, 1.0, norms)
    return np.where(norms > limit, gradient * limit / safe, gradient)


def clip_by_global_norm(gradients, limit):
    everything = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.linalg.norm(everything)
    scale = min(1.0, limit / norm) if norm > 0 else 1.0
    return [scale * g for g in gradients], norm
