"""misconception: each step adds 1 - beta of weight, so after t steps the sum is t times 1 - beta

means: none
"""

import numpy as np


def running(average, new, beta):
    return average + (1 - beta) * (new - average)


def moments(g, m, v, beta1, beta2):
    return running(m, g, beta1), running(v, g * g, beta2)


def bias_corrected(m, v, t, beta1, beta2):
    sum1 = 0.0
    sum2 = 0.0
    for _ in range(t):
        sum1 += 1 - beta1
        sum2 += 1 - beta2
    return m / sum1, v / sum2


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
    return np.array(thetas)
