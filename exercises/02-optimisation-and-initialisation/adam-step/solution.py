"""Adam as Algorithm 1 of Kingma and Ba (2015) reads.

Every line makes a new array, so the caller's moments stay as they were. The corrections are made from Python floats: a
power of a float32 beta near 1 would lose digits just where 1 - βᵗ is small. Cost of a step: about a dozen passes over the
parameters, and two arrays of their size to keep; that is why Adam triples the memory of a weight.
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    v_next = beta2 * v + (1 - beta2) * g**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    return m / (1 - beta1**t), v / (1 - beta2**t)


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    m_hat, v_hat = bias_corrected(m_next, v_next, t, beta1, beta2)
    theta_next = theta - lr * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta_next, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    thetas = np.empty_like(gs)  # (T, ...)
    for t, g in enumerate(gs, start=1):
        theta, m, v = adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon)
        thetas[t - 1] = theta
    return thetas
