"""misconception: the second moment is the variance of the gradient round its running mean

means: none
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    deviation = g - m_next
    v_next = beta2 * v + (1 - beta2) * deviation**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return m_hat, v_hat


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    new = moments(g, m, v, beta1, beta2)
    direction, size = bias_corrected(*new, t, beta1, beta2)
    update = lr * direction / (size**0.5 + epsilon)
    return (theta - update,) + new


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    thetas = []
    for t, g in enumerate(gs, start=1):
        theta, m, v = adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon)
        thetas.append(theta)
    return np.array(thetas)
