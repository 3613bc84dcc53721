"""There is one correction factor, made of beta1, for both moments."""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + (1 - beta1) * g
    v_next = beta2 * v + (1 - beta2) * g**2
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta1**t)
    return m_hat, v_hat


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    m_hat, v_hat = bias_corrected(m_next, v_next, t, beta1, beta2)
    theta_next = theta - lr * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta_next, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    thetas = []
    for t, g in enumerate(gs, start=1):
        theta, m, v = adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon)
        thetas.append(theta)
    return np.stack(thetas)
