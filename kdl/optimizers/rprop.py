"""
title: Rprop (resilient backpropagation)
entry: rprop
paper: Riedmiller, Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm", 1993;
    this form: Igel, Huesken, "Improving the Rprop learning algorithm", 2000
year: 1993
makes: optimizer

Problem. How large a gradient is says little about how far to go: in a deep network of sigmoids that of an early weight may
be a thousand times smaller than that of a late one, and both may be equally wrong.

Idea. Believe only its sign. Every weight has a step size of its own: longer while the sign stays, shorter once it flips,
because then the step went too far.

    s_t     = s_{t-1} * 1.2     where g_t g_{t-1} > 0, at most 50
              s_{t-1} * 0.5     where g_t g_{t-1} < 0, at least 1e-6; and then g_t counts as 0, now and in the next step
              s_{t-1}           where it is 0
    theta_t = theta_{t-1} - sign(g_t) s_t                            s_0 = lr, g_0 = 0

The factors change the *step size*; the gradient is multiplied by nothing, its length is never used. After a flip a weight
waits for one step. The paper of 1993 moves it back by the step that went too far instead; without (Igel and Huesken's
iRprop-, PyTorch) it is simpler and not worse. Keras has no Rprop.

It needs the gradient of *all* data. Nine mini-batches that push by +0.1 and one by -0.9 cancel out; their signs do not: nine
against one. And steps grow: nine in a row go 1 + 1.2 + .. + 1.2^8 = 20.8 times as far as the first of them; the tenth batch
moves nothing back, it only halves the step. RMSprop is the answer to that.

Differs from gradient descent: no learning rate but a first step size, and a step that forgets how steep it is.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.rprop")
class Rprop(keras.optimizers.Optimizer):
    """Steps by the sign of the gradient, each weight with a step size of its own.

    Args:
        learning_rate: s_0, the step size of every weight at the start; a number, since a schedule would have nothing to do.
        shrink: factor of a step size whose gradient has flipped its sign, in (0, 1).
        grow: factor of one whose gradient has kept it, above 1.
        smallest: no step size gets below.
        largest: no step size gets above.
        **options: of every Keras optimizer.
    """

    def __init__(self, learning_rate=0.01, shrink=0.5, grow=1.2, smallest=1e-6, largest=50.0, name="rprop", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        if not isinstance(learning_rate, int | float):
            raise ValueError(f"learning_rate must be a number, the first step size. Received: learning_rate={learning_rate}")
        if not 0 < shrink < 1 < grow:
            raise ValueError(f"shrink and grow must lie on both sides of 1. Received: shrink={shrink}, grow={grow}")
        self.first, self.shrink, self.grow, self.smallest, self.largest = learning_rate, shrink, grow, smallest, largest

    def build(self, variables):
        if not self.built:
            super().build(variables)
            first = keras.initializers.Constant(self.first)
            self.steps = self.add_optimizer_variables(variables, "step_size", initializer=first)
            self.before = self.add_optimizer_variables(variables, "gradient_before")

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        step, before = self.steps[index], self.before[index]
        kept = ops.sign(gradient * before)  # 1: the same sign as before, -1: flipped, 0: nothing to compare
        factor = ops.where(kept > 0, self.grow, ops.where(kept < 0, self.shrink, 1.0))
        gradient = ops.where(kept < 0, ops.zeros_like(gradient), gradient)
        self.assign(step, ops.clip(step * ops.cast(factor, variable.dtype), self.smallest, self.largest))
        self.assign(before, gradient)
        self.assign_sub(variable, ops.sign(gradient) * step)

    def get_config(self):
        own = {name: getattr(self, name) for name in ("shrink", "grow", "smallest", "largest")}
        return {**super().get_config(), "learning_rate": self.first, **own}


make = Rprop
