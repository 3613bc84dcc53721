"""misconception: an average forgets with beta and then takes in the new gradient as it is

means: whole_gradient_added
"""

import numpy as np


def moments(g, m, v, beta1, beta2):
    m_next = beta1 * m + g
    v_next = beta2 * v + g * g
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    correction = [1 - pow(beta, t) for beta in (beta1, beta2)]
    return m / correction[0], v / correction[1]


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    m_hat, v_hat = bias_corrected(m_next, v_next, t, beta1, beta2)
    theta_next = theta - lr * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta_next, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m, v = np.zeros(theta.shape), np.zeros(theta.shape)
    out = np.zeros(gs.shape)
    for k in range(len(gs)):
        theta, m, v = adam_step(theta, gs[k], m, v, k + 1, lr, beta1, beta2, epsilon)
        out[k] = theta
    return out
