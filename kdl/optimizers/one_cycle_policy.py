"""
title: One-cycle policy
entry: one-cycle-policy
paper: Smith, "A disciplined approach to neural network hyper-parameters: part 1", 2018; Smith, Topin, "Super-convergence:
    very fast training of neural networks using large learning rates", 2017
year: 2018
makes: schedule

Problem. A large learning rate gets far and never settles; a small one settles at the first place it finds. At the start a
large one can wreck the fresh weights, at the end it keeps them shaking.

Idea. One cycle over the whole training: up from a tenth of the peak to the peak, down again, and then, for the last steps,
far below where it began. The middle, at rates that would diverge if held for ever, also works as a regulariser: it
cannot stay in narrow minima.

    C = share of the training that the cycle takes, T = all steps, half = C T / 2

    lr(t) = low  + (peak - low)  * t / half                          0    <= t <= half
    lr(t) = peak - (peak - low)  * (t - half) / half                 half <= t <= C T
    lr(t) = low  - (low - final) * (t - C T) / (T - C T)             C T  <= t <= T

    mu(t) moves the other way: 0.95 down to 0.85 while lr rises, back while it falls, then it stays

Momentum mu makes every step 1 / (1 - mu) times as long in the end, so while lr is largest mu may be smaller. The policy is
the two together: Momentum(OneCycle(0.1, steps), OneCycleMomentum(steps)).

The paper asks for a cycle slightly shorter than the training and a final fall of several orders of magnitude; low =
peak / 10, C = 0.9 and final = low / 100 are one such choice. fastai and PyTorch have cosines for the lines, a rise over
the first quarter or third, and no third line: their fall goes all the way down.

Differs from slanted_triangular_lr.py: as long up as down, and a tail. Differs from the cyclical rates of Smith (2015): one
cycle, not many.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kdl.one_cycle_policy")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of a one-cycle training.

    Args:
        peak: the largest learning rate; the range test (lr_range_test.py) finds one.
        steps: T, optimizer steps of the whole training.
        low: the learning rate at both ends of the cycle; None for peak / 10.
        share: C, how much of the training the cycle takes, in (0, 1).
        final: the learning rate at the very end; None for low / 100.
    """

    def __init__(self, peak, steps, low=None, share=0.9, final=None):
        if steps < 1 or not 0 < share < 1:
            raise ValueError(f"steps must be at least 1 and share in (0, 1). Received: steps={steps}, share={share}")
        self.peak, self.steps, self.share = peak, steps, share
        self.low = peak / 10 if low is None else low
        self.final = self.low / 100 if final is None else final

    def __call__(self, step):
        up, tail = _places(step, self.steps, self.share)
        return self.low + (self.peak - self.low) * up - (self.low - self.final) * tail

    def get_config(self):
        return {name: getattr(self, name) for name in ("peak", "steps", "low", "share", "final")}


@keras.saving.register_keras_serializable("kdl.one_cycle_policy")
class OneCycleMomentum(keras.optimizers.schedules.LearningRateSchedule):
    """The momentum that goes with it: least where the learning rate is greatest. For momentum.py.

    Args:
        steps: T, optimizer steps of the whole training.
        high: mu at both ends of the cycle and after it.
        low: mu at the peak.
        share: C, as of the learning rate.
    """

    def __init__(self, steps, high=0.95, low=0.85, share=0.9):
        if not 0 <= low <= high < 1:
            raise ValueError(f"0 <= low <= high < 1 must hold. Received: low={low}, high={high}")
        self.steps, self.high, self.low, self.share = steps, high, low, share

    def __call__(self, step):
        up, _ = _places(step, self.steps, self.share)
        return self.high - (self.high - self.low) * up

    def get_config(self):
        return {name: getattr(self, name) for name in ("steps", "high", "low", "share")}


def _places(step, steps, share):
    """How far up the cycle a step stands (0 at its ends, 1 at the peak), and how far along the tail (0 before it, 1 at T)."""
    step, half, tail = ops.cast(step, "float32"), share * steps / 2, (1 - share) * steps
    return ops.clip(1 - ops.abs(step - half) / half, 0, 1), ops.clip((step - 2 * half) / tail, 0, 1)


def make(learning_rate, steps):
    """The learning rate for a training of so many steps, with `learning_rate` as its peak."""
    return OneCycle(learning_rate, steps)
