"""misconception: epsilon is added to v before the root is taken, so that the root is safe

means: epsilon_under_the_root
"""

import numpy as np


def running(average, new, beta):
    return average + (1 - beta) * (new - average)


def moments(g, m, v, beta1, beta2):
    return running(m, g, beta1), running(v, g * g, beta2)


def bias_corrected(m, v, t, beta1, beta2):
    correction = [1 - pow(beta, t) for beta in (beta1, beta2)]
    return m / correction[0], v / correction[1]


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    mh, vh = bias_corrected(m_next, v_next, t, beta1, beta2)
    return theta - lr * mh / np.sqrt(vh + epsilon), m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    m, v = np.zeros(theta.shape), np.zeros(theta.shape)
    out = np.zeros(gs.shape)
    for k in range(len(gs)):
        theta, m, v = adam_step(theta, gs[k], m, v, k + 1, lr, beta1, beta2, epsilon)
        out[k] = theta
    return out
