"""
title: RMSprop
entry: rmsprop
paper: Hinton (with Srivastava, Swersky), "Neural networks for machine learning", lecture 6e, 2012
year: 2012
makes: optimizer

Problem. Rprop divides every gradient by its own length, which leaves the sign. Over mini-batches that goes wrong: each
batch divides by another length, so a rare large gradient counts no more than one of many small ones.

Idea. Divide by a length that neighbouring batches share: the root of a running mean of the squared gradient.

    v_t     = rho v_{t-1} + (1 - rho) g_t * g_t                      v_0 = 0
    theta_t = theta_{t-1} - lr g_t / sqrt(v_t + epsilon)

A weight with small gradients gets steps as long as one with large gradients, about lr each; within one weight, large
batches still count more than small ones.

The lecture has no epsilon. Keras adds it inside the root, as here; PyTorch outside, sqrt(v_t) + epsilon. At 1e-7 inside a
gradient of 1e-4 already counts for less; outside it takes one of 1e-7. Then there is the start: v_0 = 0 and rho = 0.9
make the first step 1 / sqrt(0.1) = 3.2 times too long. Adam corrects that.

Differs from rprop.py: a mean over batches in place of each batch's own length, and no step size that grows and shrinks.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.rmsprop")
class RMSprop(keras.optimizers.Optimizer):
    """Gradient descent, each weight divided by the size of its recent gradients.

    Args:
        learning_rate: lr, a number or a schedule; about how far each weight moves in one step.
        rho: the share of the running mean that stays at each step.
        epsilon: added to the mean square, against division by 0.
        **options: of every Keras optimizer, as `global_clipnorm`.
    """

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7, name="rmsprop", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        if not 0 <= rho < 1:
            raise ValueError(f"rho must be at least 0 and below 1. Received: rho={rho}")
        self.rho, self.epsilon = rho, epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.mean_squares = self.add_optimizer_variables(variables, "mean_square")

    def update_step(self, gradient, variable, learning_rate):
        v = self.mean_squares[self._get_variable_index(variable)]
        lr = ops.cast(learning_rate, variable.dtype)
        self.assign(v, self.rho * v + (1 - self.rho) * ops.square(gradient))
        self.assign_sub(variable, lr * gradient / ops.sqrt(v + self.epsilon))

    def get_config(self):
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}


make = RMSprop
