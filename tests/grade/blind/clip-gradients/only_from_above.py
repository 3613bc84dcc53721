"""misconception: a number is too large only if it is above the limit

means: only_the_upper_side_is_limited
"""

import numpy as np


def clip_by_value(gradient, limit):
    clipped = np.array(gradient, dtype=float)
    clipped[clipped > limit] = limit
    return clipped


def clip_by_norm(gradient, limit):
    length = np.linalg.norm(gradient.ravel())
    factor = limit / length if length > limit else 1.0
    return gradient * factor


def clip_by_global_norm(gradients, limit):
    everything = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.linalg.norm(everything)
    scale = min(1.0, limit / norm) if norm > 0 else 1.0
    return [scale * g for g in gradients], norm
