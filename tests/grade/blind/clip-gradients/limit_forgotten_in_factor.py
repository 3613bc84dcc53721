"""misconception: slip: divides by the norm, and forgets to multiply with the limit

means: divided_by_the_norm_only
"""

import numpy as np


def clip_by_value(gradient, limit):
    out = np.where(gradient > limit, limit, gradient)
    return np.where(out < -limit, -limit, out)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(np.square(gradient)))
    if norm > limit:
        return gradient / norm
    else:
        return gradient


def clip_by_global_norm(gradients, limit):
    everything = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.linalg.norm(everything)
    scale = min(1.0, limit / norm) if norm > 0 else 1.0
    return [scale * g for g in gradients], norm
