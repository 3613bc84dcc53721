"""misconception: both forms are the same, so the corrections go into the learning rate

means: epsilon_as_in_keras
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    v_next = beta2 * v + (1 - beta2) * g**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    correction = [1 - pow(beta, t) for beta in (beta1, beta2)]
    return m / correction[0], v / correction[1]


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    alpha = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    theta_next = theta - alpha * m_next / (np.sqrt(v_next) + epsilon)
    return theta_next, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m, v = np.zeros(theta.shape), np.zeros(theta.shape)
    out = np.zeros(gs.shape)
    for k in range(len(gs)):
        theta, m, v = adam_step(theta, gs[k], m, v, k + 1, lr, beta1, beta2, epsilon)
        out[k] = theta
    return out
