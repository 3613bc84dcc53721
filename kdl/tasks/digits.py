"""
title: Read a handwritten digit
data: digits8
metric: accuracy
baseline: 0.1028, always answer the digit that is most frequent in the test set
target: 0.9

A picture of 8 by 8 pixels shows a digit; which one? The pictures of the test set come last in the file, and were written
by other people than most of the training set, so that a network has to read hands that it has not seen.

Input (B, 8, 8, 1): ink from 0 to 1. Answer (B,): the digit; the network gives 10 logits. The score is the share of
pictures that are read right.
"""

import numpy as np

from kdl.data import digits8
from kdl.tasks import Task, finite


def make():
    """The task; it has no options."""
    train, test = digits8.split()
    return Task(
        name="digits",
        sizes={"shape": train[0].shape[1:], "outputs": 10},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=float(np.bincount(test[1]).max() / len(test[1])),
        target=0.9,
        score=accuracy,
        **finite(train, test),
    )


def cross_entropy():
    import keras

    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def accuracy(digit, logits):
    return float((logits.argmax(axis=-1) == digit).mean())
