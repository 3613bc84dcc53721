"""misconception: the steps are counted like indices, from 0, and the first one needs no correction

means: steps_counted_from_zero, one_step_behind_in_the_power
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    v_next = beta2 * v + (1 - beta2) * g**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    if t == 0:
        return m, v
    return m / (1 - beta1**t), v / (1 - beta2**t)


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    m_hat, v_hat = bias_corrected(m_next, v_next, t, beta1, beta2)
    theta_next = theta - lr * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta_next, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    thetas = np.zeros_like(gs)
    for t in range(gs.shape[0]):
        theta, m, v = adam_step(theta, gs[t], m, v, t, lr, beta1, beta2, epsilon)
        thetas[t] = theta
    return thetas
