"""
title: Adam (adaptive moments)
entry: adam
paper: Kingma, Ba, "Adam: a method for stochastic optimization", 2014
year: 2014
makes: optimizer

Problem. Momentum smooths the direction, RMSprop evens out the sizes. Both running means start at 0, so at first they are
too small: the one makes the first steps short, the other, below the line, makes them long.

Idea. Use both, and divide each mean by the share of it that has been filled so far.

    m_t     = beta_1 m_{t-1} + (1 - beta_1) g_t                      m_0 = 0: the mean gradient
    v_t     = beta_2 v_{t-1} + (1 - beta_2) g_t * g_t                v_0 = 0: the mean squared gradient
    theta_t = theta_{t-1} - lr (m_t / (1 - beta_1^t)) / (sqrt(v_t / (1 - beta_2^t)) + epsilon)        Algorithm 1

1 - beta^t is the sum of the weights that a running mean has given out after t steps. So the first step is
lr g / (|g| + epsilon): lr in the direction of the sign, whatever the gradient's size. Later, |m| / sqrt(v) is near 1 while
the gradients of a weight agree and near 0 while they argue.

What Keras computes, and this file, is the form that the paper gives below it (end of its section 2) to save two divisions:

    a_t     = lr sqrt(1 - beta_2^t) / (1 - beta_1^t)
    theta_t = theta_{t-1} - a_t m_t / (sqrt(v_t) + epsilon')

Both are one where epsilon' = epsilon sqrt(1 - beta_2^t). With one constant for both, Keras's counts
1 / sqrt(1 - beta_2^t) times as much: 32 times at the first step (beta_2 = 0.999), and no more after some thousands.
PyTorch computes Algorithm 1. The paper's epsilon is 1e-8, Keras's 1e-7.

Differs from rmsprop.py: a mean of the gradient above the line as well, and both means corrected for their empty start.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.adam")
class Adam(keras.optimizers.Optimizer):
    """Mean gradient over root mean square gradient, both corrected for their start at 0.

    Args:
        learning_rate: lr, a number or a schedule; about the longest step of a weight.
        beta_1: the share of the mean gradient that stays at each step.
        beta_2: the share of the mean squared gradient that stays.
        epsilon: epsilon' of the equations, added to the root, against division by 0.
        **options: of every Keras optimizer, as `global_clipnorm`.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        for argument, value in (("beta_1", beta_1), ("beta_2", beta_2)):
            if not 0 <= value < 1:
                raise ValueError(f"{argument} must be at least 0 and below 1. Received: {argument}={value}")
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.means = self.add_optimizer_variables(variables, "mean")
            self.mean_squares = self.add_optimizer_variables(variables, "mean_square")

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        m, v = self.means[index], self.mean_squares[index]
        lr, t, beta_1, beta_2 = (
            ops.cast(number, variable.dtype) for number in (learning_rate, self.iterations + 1, self.beta_1, self.beta_2)
        )
        self.assign(m, beta_1 * m + (1 - beta_1) * gradient)
        self.assign(v, beta_2 * v + (1 - beta_2) * ops.square(gradient))
        step = lr * ops.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        self.assign_sub(variable, step * m / (ops.sqrt(v) + self.epsilon))

    def get_config(self):
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}


make = Adam
