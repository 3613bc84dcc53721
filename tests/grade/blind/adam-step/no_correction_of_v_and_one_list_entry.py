"""misconception: only m needs the correction, as v is under a root, and theta is changed in place while the list collects it

means: no_correction, only_the_first_moment_corrected, several
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    v_next = beta2 * v + (1 - beta2) * g**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    return m / (1 - beta1**t), v


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    new = moments(g, m, v, beta1, beta2)
    direction, size = bias_corrected(*new, t, beta1, beta2)
    update = lr * direction / (size**0.5 + epsilon)
    return (theta - update,) + new


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    now = theta.copy()
    thetas = []
    for t, g in enumerate(gs, 1):
        now[...], m, v = adam_step(now, g, m, v, t, lr, beta1, beta2, epsilon)
        thetas.append(now)
    return np.stack(thetas)
