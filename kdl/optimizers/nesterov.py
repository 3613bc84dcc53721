"""
title: Nesterov's accelerated gradient
entry: nesterov
paper: Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k^2)", 1983; for networks:
    Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep learning", 2013
year: 1983
makes: optimizer

Problem. A rolling ball learns too late that the ground rises: momentum takes the slope where it stands, although it is
already sure to roll on by mu v.

Idea. Look first where the velocity is going to take you, and take the slope there.

    v_t   = mu v_{t-1} - lr g(phi_{t-1} + mu v_{t-1})           v_0 = 0;  g(.) is the gradient at a point
    phi_t = phi_{t-1} + v_t

Where the look ahead already climbs, the correction comes one step earlier, so it overshoots less. The gain is largest
with a large mu.

Keras wants no gradient at a second point, so it stores the point that is looked at, theta = phi + mu v (Bengio,
Boulanger-Lewandowski, Pascanu, 2012). The same walk, written down one look ahead, with g_t the gradient at theta_{t-1}:

    v_t     = mu v_{t-1} - lr g_t
    theta_t = theta_{t-1} + mu v_t - lr g_t

Differs from momentum.py: its last line. There theta moves by v_t = mu v_{t-1} - lr g_t, here by mu v_t - lr g_t.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.nesterov")
class Nesterov(keras.optimizers.Optimizer):
    """Gradient descent with a velocity that looks ahead.

    Args:
        learning_rate: lr, a number or a schedule.
        momentum: mu, the share of the velocity that stays at each step, in [0, 1).
        **options: of every Keras optimizer, as `global_clipnorm`.
    """

    def __init__(self, learning_rate=0.01, momentum=0.9, name="nesterov", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be at least 0 and below 1. Received: momentum={momentum}")
        self.momentum = momentum

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[self._get_variable_index(variable)]
        lr, mu = (ops.cast(number, variable.dtype) for number in (learning_rate, self.momentum))
        self.assign(v, mu * v - lr * gradient)
        self.assign_add(variable, mu * v - lr * gradient)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


make = Nesterov
