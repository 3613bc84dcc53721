"""Adam, by hand: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def moments(g, m, v, beta1, beta2):
    """The running averages of the gradient and of its square, after one more gradient.

    Shapes: g, m and v alike. Returns (m_next, v_next), of the same shape.
    """
    raise NotImplementedError("step 1: let both averages forget a little and take in the new gradient")


def bias_corrected(m, v, t, beta1, beta2):
    """Both moments after step t (from 1), freed of their pull towards the zeros that they started from.

    Returns (m_hat, v_hat), each of the shape of m.
    """
    raise NotImplementedError("step 2: divide each moment by the sum of the weights in it")


def adam_step(theta, g, m, v, t, lr, beta1, beta2, epsilon):
    """Step t (from 1): the parameters after it, and the two moments to carry on.

    Shapes: theta, g, m and v alike. Returns (theta_next, m_next, v_next), of the same shape.
    """
    m_next, v_next = moments(g, m, v, beta1, beta2)
    raise NotImplementedError("step 3: correct the moments, then move theta")


def adam(theta, gs, lr, beta1, beta2, epsilon):
    """The parameters after each of T steps, from m = 0 and v = 0.

    Shapes: theta (...), gs (T, ...). Returns thetas (T, ...).
    """
    m = v = np.zeros_like(theta)
    raise NotImplementedError("step 4: take the T steps in turn, and keep theta after each")
