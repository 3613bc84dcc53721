"""One number at a time, with Python's own floats; the norm of all arrays from the norms of each.

`math.hypot` takes any number of lengths and gives the length of their joint vector: ‖(a, b)‖ = hypot(‖a‖, ‖b‖).
"""

import math

import numpy as np


def clip_by_value(gradient, limit):
    clipped = gradient.copy()
    for index in np.ndindex(gradient.shape):
        if clipped[index] > limit:
            clipped[index] = limit
        elif clipped[index] < -limit:
            clipped[index] = -limit
    return clipped


def norm_of(gradient):
    total = 0.0
    for value in gradient.flat:
        total += float(value) ** 2
    return math.sqrt(total)


def clip_by_norm(gradient, limit):
    return scaled(gradient, limit, norm_of(gradient))


def scaled(gradient, limit, norm):
    return np.array(gradient) if norm <= limit else gradient / norm * limit


def clip_by_global_norm(gradients, limit):
    norm = math.hypot(*map(norm_of, gradients))
    return [scaled(one, limit, norm) for one in gradients], norm
