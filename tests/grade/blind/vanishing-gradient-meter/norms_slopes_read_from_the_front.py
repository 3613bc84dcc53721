"""misconception: slip: the norms go by distance, but the slopes are taken in the order of time, from the first step on

means: walk_in_the_order_of_time
"""

import numpy as np


def states_and_slopes(xs, h0, W, U, b, kind):
    a_to_h = {"tanh": np.tanh, "relu": lambda a: np.maximum(a, 0)}[kind]
    a_to_slope = {"tanh": lambda a: 1 - np.tanh(a) ** 2, "relu": lambda a: (a > 0) * 1.0}[kind]
    states, slopes = [h0], []
    for x in xs.transpose(1, 0, 2):
        a = x @ W + states[-1] @ U + b
        states.append(a_to_h(a))
        slopes.append(a_to_slope(a))
    return np.stack(states[1:], axis=1), np.stack(slopes, axis=1)


def gradient_norms(dh, slopes, U):
    grads = [dh]
    for slope in slopes.transpose(1, 0, 2):
        grads.append((grads[-1] * slope) @ U.T)
    return np.linalg.norm(np.stack(grads, axis=1), axis=-1)


def bounds(dh, slopes, U):
    sigma = np.linalg.svd(U, compute_uv=False)
    first = np.linalg.norm(dh, axis=-1)
    lower, upper = [first], [first]
    for slope in slopes.transpose(1, 0, 2)[::-1]:
        lower.append(lower[-1] * slope.min(-1) * sigma.min())
        upper.append(upper[-1] * slope.max(-1) * sigma.max())
    return np.stack(lower, axis=1), np.stack(upper, axis=1)
