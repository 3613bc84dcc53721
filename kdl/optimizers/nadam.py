"""
title: Nadam (Adam with Nesterov momentum)
entry: nadam
paper: Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop, 2016
year: 2016
makes: optimizer

Problem. Adam's mean gradient is momentum of the old kind: it goes where the mean pointed a step ago. Nesterov showed that
it pays to look one step ahead.

Idea. As in nesterov.py, no second gradient is needed: step with the mean that the *next* step would use if its gradient
were this one's. The weight mu of the mean warms up from half its value, since a mean of few gradients deserves little trust.

    mu_t    = beta_1 (1 - 0.5 * 0.96^t)
    m_t     = beta_1 m_{t-1} + (1 - beta_1) g_t                      m_0 = 0
    v_t     = beta_2 v_{t-1} + (1 - beta_2) g_t * g_t                v_0 = 0
    ahead_t = mu_{t+1} m_t / (1 - mu_1 mu_2 .. mu_{t+1}) + (1 - mu_t) g_t / (1 - mu_1 mu_2 .. mu_t)
    theta_t = theta_{t-1} - lr ahead_t / (sqrt(v_t / (1 - beta_2^t)) + epsilon)

ahead_t is Adam's corrected mean, moved on: mu_{t+1} of what the mean is by now, and this step's gradient once more.

That is Keras's form. The paper weighs the mean by the warming mu as well, m_t = mu_t m_{t-1} + (1 - mu_t) g_t, so that
ahead_t is an honest mean; and its warm-up, 0.96^(t / 250), takes 250 times as long. PyTorch has the slow warm-up
(momentum_decay = 0.004 = 1 / 250) and the constant beta_1. All three agree where mu stands still, and on most tasks the
difference from Adam is small, too.

Differs from adam.py: ahead_t in place of m_t / (1 - beta_1^t). The correction of v_t stands where Adam's paper has it, so
here Keras's epsilon is the paper's.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.nadam")
class Nadam(keras.optimizers.Optimizer):
    """Adam that steps with the mean gradient one step ahead.

    Args:
        learning_rate: lr, a number or a schedule.
        beta_1: the share of the mean gradient that stays at each step.
        beta_2: the share of the mean squared gradient that stays.
        epsilon: added to the root, against division by 0.
        **options: of every Keras optimizer, as `global_clipnorm`.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="nadam", **options):
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
            # mu_1 mu_2 .. mu_{t-1}: the same number for every variable; each has its own, so that no update needs another's.
            self.products = [
                self.add_variable((), initializer="ones", dtype=variable.dtype, name="product") for variable in variables
            ]

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        m, v, product = self.means[index], self.mean_squares[index], self.products[index]
        lr, t, beta_1, beta_2 = (
            ops.cast(number, variable.dtype) for number in (learning_rate, self.iterations + 1, self.beta_1, self.beta_2)
        )
        mu, mu_next = self._mu(t, beta_1), self._mu(t + 1, beta_1)
        self.assign(product, product * mu)
        self.assign(m, beta_1 * m + (1 - beta_1) * gradient)
        self.assign(v, beta_2 * v + (1 - beta_2) * ops.square(gradient))
        ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * gradient / (1 - product)
        self.assign_sub(variable, lr * ahead / (ops.sqrt(v / (1 - beta_2**t)) + self.epsilon))

    @staticmethod
    def _mu(t, beta_1):
        return beta_1 * (1 - 0.5 * ops.cast(0.96, t.dtype) ** t)

    def get_config(self):
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}


make = Nadam
