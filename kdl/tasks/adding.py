"""
title: Add the two marked numbers
data: adding
metric: mse
baseline: 0.1667, predict the mean
target: 0.02

A sequence of random numbers, two of them marked; the answer is their sum. The network has to notice the first mark, carry
its number past many that do not matter, and add the second. `length` is how far it may have to carry: it is the knob
that separates networks with a memory from networks without.

Input (B, T, 2): number and marker. Answer (B, 1). The score is the mean squared error on 1,000 fresh sequences.
"""

from functools import partial

from kdl.data import adding
from kdl.tasks import Task, generated


def make(length=50):
    """The task for sequences of `length` steps."""
    return Task(
        name="adding",
        sizes={"features": 2, "outputs": 1},
        loss=squared_error,
        metric="mse",
        direction="min",
        baseline=1 / 6,  # the variance of the sum of two numbers drawn evenly from 0 to 1
        target=0.02,
        score=mean_squared_error,
        options={"length": length},
        **generated(partial(adding.examples, length=length)),
    )


def squared_error():
    import keras

    return keras.losses.MeanSquaredError()


def mean_squared_error(answer, predicted):
    return float(((answer - predicted) ** 2).mean())
