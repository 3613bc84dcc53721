"""
title: Adadelta
entry: adadelta
paper: Zeiler, "ADADELTA: an adaptive learning rate method", 2012
year: 2012
makes: optimizer

Problem. In g / RMS(g) the units cancel: whatever the weights are measured in, the step is a bare number, and a learning
rate that somebody has to guess must turn it into the units of the weight.

Idea. Multiply by something that has the weight's units already: the size of the steps it took recently.

    v_t     = rho v_{t-1} + (1 - rho) g_t * g_t                      v_0 = 0
    delta_t = - sqrt(u_{t-1} + epsilon) / sqrt(v_t + epsilon) g_t
    u_t     = rho u_{t-1} + (1 - rho) delta_t * delta_t              u_0 = 0
    theta_t = theta_{t-1} + lr delta_t                               lr = 1 in the paper, which has no learning rate

It starts itself up: with u_0 = 0 the first steps have the size of sqrt(epsilon), so epsilon, meant as a guard, decides how
fast the training begins.

Keras computes this, but its default is lr = 0.001, a thousandth of the paper's; a model compiled with
optimizer="adadelta" seems to stand still. The default here is the paper's. epsilon is 1e-6 in the paper's experiments,
1e-7 in Keras and here.

Differs from rmsprop.py: the root of a second running mean, of the steps themselves, stands where the learning rate was.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.adadelta")
class Adadelta(keras.optimizers.Optimizer):
    """Steps as long as the recent ones, in the gradient's direction.

    Args:
        learning_rate: factor of every step, a number or a schedule; 1 in the paper.
        rho: the share of both running means that stays at each step.
        epsilon: added to both mean squares; its root is about the size of the first steps.
        **options: of every Keras optimizer, as `global_clipnorm`.
    """

    def __init__(self, learning_rate=1.0, rho=0.95, epsilon=1e-7, name="adadelta", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        if not 0 <= rho < 1:
            raise ValueError(f"rho must be at least 0 and below 1. Received: rho={rho}")
        self.rho, self.epsilon = rho, epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.mean_squares = self.add_optimizer_variables(variables, "mean_square_gradient")
            self.mean_square_steps = self.add_optimizer_variables(variables, "mean_square_step")

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        v, u = self.mean_squares[index], self.mean_square_steps[index]
        self.assign(v, self.rho * v + (1 - self.rho) * ops.square(gradient))
        delta = -ops.sqrt(u + self.epsilon) / ops.sqrt(v + self.epsilon) * gradient
        self.assign(u, self.rho * u + (1 - self.rho) * ops.square(delta))
        self.assign_add(variable, ops.cast(learning_rate, variable.dtype) * delta)

    def get_config(self):
        return {**super().get_config(), "rho": self.rho, "epsilon": self.epsilon}


make = Adadelta
