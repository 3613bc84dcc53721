"""misconception: slip: hands beta2 and beta1 to the correction in the wrong order

means: none
"""

import numpy as np


def running(average, new, beta):
    return average + (1 - beta) * (new - average)


def moments(g, m, v, beta1, beta2):
    return running(m, g, beta1), running(v, g * g, beta2)


def bias_corrected(m, v, t, beta1, beta2):
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return m_hat, v_hat


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    m_hat, v_hat = bias_corrected(m_next, v_next, t, beta2, beta1)
    step = m_hat / (np.sqrt(v_hat) + epsilon)
    return theta - lr * step, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m, v = np.zeros(theta.shape), np.zeros(theta.shape)
    out = np.zeros(gs.shape)
    for k in range(len(gs)):
        theta, m, v = adam_step(theta, gs[k], m, v, k + 1, lr, beta1, beta2, epsilon)
        out[k] = theta
    return out
