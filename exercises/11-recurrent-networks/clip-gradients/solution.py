"""Three ways to clip, each as it reads.

The factor is limit / norm only where the norm is above the limit: then it is not zero, and nothing can be divided by zero.
Clipping by value bends the gradient; clipping by norm shortens each array for itself, so that the whole gradient of a
model bends still; clipping by global norm keeps the direction of the whole step. Cost: one pass over all numbers by value,
and two by norm, one for the norm and one to scale. For the global norm all arrays must have been read before the first one
may be scaled. In Keras: `keras.optimizers.Adam(1e-3, global_clipnorm=1.0)`.
"""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    norm = np.sqrt(np.sum(gradient**2))
    if norm > limit:
        return gradient * (limit / norm)
    return gradient.copy()


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(sum(np.sum(one**2) for one in gradients))
    factor = limit / norm if norm > limit else 1.0
    return [one * factor for one in gradients], norm
