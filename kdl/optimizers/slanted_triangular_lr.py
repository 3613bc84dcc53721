"""
title: Slanted triangular learning rate
entry: slanted-triangular-lr
paper: Howard, Ruder, "Universal language model fine-tuning for text classification", 2018, section 3.2
year: 2018
makes: schedule

Problem. A pretrained model is close to where it should be. Small steps take long to get to the new task; large ones at the
end undo what it knew.

Idea. Rise quickly, so that the model soon reaches the region of the new task, and fall slowly over all the rest, so that it
settles there.

    cut   = floor(T * cut_frac)                                      the step of the peak
    p     = t / cut                                                  t < cut
            1 - (t - cut) / (cut * (1 / cut_frac - 1))               t >= cut
    lr(t) = peak * (1 + p * (ratio - 1)) / ratio

p is the height in the triangle, from 0 to 1. The lowest rate is peak / ratio. The paper has cut_frac = 0.1, ratio = 32,
peak = 0.01.

cut is rounded down, cut * (1 / cut_frac - 1) is not T - cut then, and p falls below 0 before the end: for T = 19 the last
eight steps would have a *negative* learning rate. Here p stops at 0; where T * cut_frac is a whole number nothing changes.

Differs from one_cycle_policy.py: short up and long down, and no tail. Differs from linear warm-up with linear decay, as
Transformers are fine-tuned, in its lowest rate alone: peak / ratio in place of 0.
"""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.slanted_triangular_lr")
class SlantedTriangular(keras.optimizers.schedules.LearningRateSchedule):
    """A short rise and a long fall.

    Args:
        peak: the largest learning rate.
        steps: T, optimizer steps of the whole training; at least 1 / cut_frac.
        cut_frac: share of the training that rises, in (0, 1).
        ratio: how many times smaller the lowest learning rate is.
    """

    def __init__(self, peak, steps, cut_frac=0.1, ratio=32):
        if not 0 < cut_frac < 1 or math.floor(steps * cut_frac) < 1:
            wrong = f"steps={steps}, cut_frac={cut_frac}"
            raise ValueError(f"cut_frac must be in (0, 1) and leave at least one step to rise. Received: {wrong}")
        self.peak, self.steps, self.cut_frac, self.ratio = peak, steps, cut_frac, ratio

    def __call__(self, step):
        step, cut = ops.cast(step, "float32"), math.floor(self.steps * self.cut_frac)
        p = ops.where(step < cut, step / cut, 1 - (step - cut) / (cut * (1 / self.cut_frac - 1)))
        return self.peak * (1 + ops.maximum(p, 0) * (self.ratio - 1)) / self.ratio

    def get_config(self):
        return {name: getattr(self, name) for name in ("peak", "steps", "cut_frac", "ratio")}


def make(learning_rate, steps):
    """The schedule for a training of so many steps, with `learning_rate` as its peak."""
    return SlantedTriangular(learning_rate, steps)
