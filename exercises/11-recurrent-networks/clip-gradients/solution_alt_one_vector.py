"""All arrays laid out as one long vector, and the condition written as a maximum.

gradient · limit / max(‖gradient‖, limit) is the same in both cases: a short gradient is multiplied by limit / limit = 1. This
is how Keras and TensorFlow write it, since it needs no branch.
"""

import numpy as np


def clip_by_value(gradient, limit):
    return np.minimum(np.maximum(gradient, -limit), limit)


def clip_by_norm(gradient, limit):
    return limit * gradient / max(np.linalg.norm(gradient.ravel()), limit)


def clip_by_global_norm(gradients, limit):
    vector = np.concatenate([one.reshape(-1) for one in gradients])
    norm = np.linalg.norm(vector)
    vector = vector * (limit / max(norm, limit))
    ends = np.cumsum([one.size for one in gradients])[:-1]
    parts = np.split(vector, ends)
    return [part.reshape(one.shape) for part, one in zip(parts, gradients, strict=True)], float(norm)
