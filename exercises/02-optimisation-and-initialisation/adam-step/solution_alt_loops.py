"""One parameter at a time, in Python floats: each has its own m and v, and nothing else to do with its neighbours.

Python floats are float64, so this is wider than a float32 input needs, and slow.
"""

import math

import numpy as np


def average(old, new, beta):
    return old * beta + new * (1.0 - beta)


def moments(g, m, v, beta1, beta2):
    m_next, v_next = np.empty(g.shape), np.empty(g.shape)
    for at in np.ndindex(g.shape):
        m_next[at] = average(float(m[at]), float(g[at]), beta1)
        v_next[at] = average(float(v[at]), float(g[at]) * float(g[at]), beta2)
    return m_next, v_next


def bias_corrected(m, v, t, beta1, beta2):
    m_hat, v_hat = np.empty(m.shape), np.empty(v.shape)
    power1 = power2 = 1.0
    for _ in range(t):
        power1, power2 = power1 * beta1, power2 * beta2
    for at in np.ndindex(m.shape):
        m_hat[at] = float(m[at]) / (1.0 - power1)
        v_hat[at] = float(v[at]) / (1.0 - power2)
    return m_hat, v_hat


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    m_next, v_next = moments(g, m, v, beta1, beta2)
    m_hat, v_hat = bias_corrected(m_next, v_next, t, beta1, beta2)
    theta_next = np.empty(theta.shape)
    for at in np.ndindex(theta.shape):
        theta_next[at] = float(theta[at]) - lr * m_hat[at] / (math.sqrt(v_hat[at]) + epsilon)
    return theta_next, m_next, v_next


def adam(theta, gs, lr, beta1, beta2, epsilon):
    thetas, m, v = [], np.zeros(theta.shape), np.zeros(theta.shape)
    for t in range(1, len(gs) + 1):
        theta, m, v = adam_step(theta, gs[t - 1], m, v, t, lr, beta1, beta2, epsilon)
        thetas.append(theta)
    return np.array(thetas)
