"""misconception: the corrected moments are the better ones, so they go on to the next step

means: hats_carried_on
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    v_next = beta2 * v + (1 - beta2) * g**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return m_hat, v_hat


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m, v = moments(g, m, v, beta1, beta2)
    m, v = bias_corrected(m, v, t, beta1, beta2)
    theta = theta - lr * m / (np.sqrt(v) + epsilon)
    return theta, m, v


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    thetas = []
    for t, g in enumerate(gs, start=1):
        theta, m, v = adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon)
        thetas.append(theta)
    return np.array(thetas)
