"""
title: Momentum (heavy ball)
entry: momentum
paper: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964
year: 1964
makes: optimizer

Problem. In a long narrow valley the gradient points mostly across it. A step that is small enough not to bounce from wall
to wall hardly moves along the floor.

Idea. Let the weights roll: keep a velocity, and let the gradient change it rather than the weights. Across the valley the
gradient changes its sign and the pushes cancel; along the floor they add up.

    v_t     = mu v_{t-1} - lr g_t                    v_0 = 0
    theta_t = theta_{t-1} + v_t

Under a constant gradient g the velocity grows to -lr g / (1 - mu): mu = 0.9 is a step ten times as long, mu = 0.99 one a
hundred times. So a learning rate that was right without momentum is too large with it.

Keras computes exactly this. PyTorch keeps v without lr in it, v = mu v + g and theta = theta - lr v: the same while the
learning rate is constant, but when it drops, Keras lets the old speed run out and PyTorch brakes at once.

Differs from plain gradient descent: one number more per weight, and a step that remembers the steps before it.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.momentum")
class Momentum(keras.optimizers.Optimizer):
    """Gradient descent with a velocity.

    Args:
        learning_rate: lr, a number or a schedule.
        momentum: mu, the share of the velocity that stays at each step: a number in [0, 1), or a schedule as in
            one_cycle_policy.py.
        **options: of every Keras optimizer, as `global_clipnorm`.
    """

    def __init__(self, learning_rate=0.01, momentum=0.9, name="momentum", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        if isinstance(momentum, dict):  # from a saved file
            momentum = keras.saving.deserialize_keras_object(momentum)
        if not callable(momentum) and not 0 <= momentum < 1:
            raise ValueError(f"momentum must be at least 0 and below 1. Received: momentum={momentum}")
        self.momentum = momentum

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        v = self.velocities[self._get_variable_index(variable)]
        lr, mu = (ops.cast(number, variable.dtype) for number in (learning_rate, self._momentum_now()))
        self.assign(v, mu * v - lr * gradient)
        self.assign_add(variable, v)

    def _momentum_now(self):
        return self.momentum(self.iterations) if callable(self.momentum) else self.momentum

    def get_config(self):
        scheduled = callable(self.momentum)
        momentum = keras.saving.serialize_keras_object(self.momentum) if scheduled else self.momentum
        return {**super().get_config(), "momentum": momentum}


make = Momentum
