"""
title: Learning-rate range test
entry: lr-range-test
paper: Smith, "Cyclical learning rates for training neural networks", 2015, section 3.3
year: 2015
makes: schedule

Problem. The learning rate is the setting that matters most, and the right one differs from model to model by orders of
magnitude. A grid of full trainings is a dear way to find it.

Idea. Let one short training try them all: raise the learning rate at every step, from one that does nothing to one that
diverges, and look at the loss.

    lr(t) = low * (high / low)^(t / (T - 1))                         t = 0 .. T - 1

    too small: the loss stands still    good: it falls    too large: it shakes, then it rises without bound

Take a rate from the good stretch: where the loss falls most steeply (`steepest`), or the largest one before it shakes. It
is a heuristic. The weights of a late step are not those of an early one, and what is survived for one step may diverge in
a thousand. The run itself is thrown away.

The paper raises the rate in a straight line between two rates that one has some idea of already, and reads accuracy:
where it begins to rise, and where it stops. The geometric rise here (fastai made it usual) gives every order of magnitude
as many steps, so it needs no idea.

Differs from a grid search: one run in place of one per rate, and a look in place of a measurement.
"""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("kdl.lr_range_test")
class RangeTest(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that grows by the same factor at every step.

    Args:
        low: the first learning rate.
        high: the last one.
        steps: T, at least 2.
    """

    def __init__(self, low, high, steps):
        if not 0 < low < high or steps < 2:
            raise ValueError(f"0 < low < high and steps >= 2 must hold. Received: low={low}, high={high}, steps={steps}")
        self.low, self.high, self.steps = low, high, steps

    def __call__(self, step):
        part = ops.cast(step, "float32") / (self.steps - 1)
        return self.low * (self.high / self.low) ** part

    def get_config(self):
        return {"low": self.low, "high": self.high, "steps": self.steps}


def steepest(rates, losses, width=5):
    """The learning rate at which the loss falls fastest per order of magnitude.

    Args:
        rates: learning rates of a range test, growing.
        losses: the loss of each step; what comes after the first that is no number does not count.
        width: steps that are averaged, since a batch's loss is noisy; odd.

    Raises:
        ValueError: too few losses, or none that falls.
    """
    losses = np.asarray(losses, float)
    broken = np.flatnonzero(~np.isfinite(losses))
    losses = losses[: broken[0]] if len(broken) else losses
    if len(losses) < width + 2:
        raise ValueError(f"at least {width + 2} losses are needed. Received: {len(losses)}")
    smooth = np.convolve(losses, np.ones(width) / width, mode="valid")
    middle = np.asarray(rates, float)[width // 2 : width // 2 + len(smooth)]
    slope = np.gradient(smooth, np.log10(middle))
    if slope.min() >= 0:
        raise ValueError("the loss falls nowhere: start from a smaller learning rate, or take more steps")
    return float(middle[slope.argmin()])


def make(learning_rate, steps):
    """The test for a training of so many steps: six orders of magnitude, the last of them up to `learning_rate`."""
    return RangeTest(learning_rate * 1e-6, learning_rate, steps)
