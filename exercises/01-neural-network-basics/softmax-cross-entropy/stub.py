"""Softmax and cross-entropy, by hand: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def softmax(logits):
    """Probabilities of the classes. Shapes: logits (B, C), of any finite size. Returns p (B, C)."""
    raise NotImplementedError("step 1: shift each row so that exp cannot overflow, then divide by the sum")


def log_softmax(logits):
    """Logarithms of the probabilities. Shapes: logits (B, C), of any finite size. Returns log_p (B, C)."""
    raise NotImplementedError("step 2: without taking the logarithm of a probability")


def cross_entropy(logits, labels):
    """Mean over the batch of the negative log-probability of the true class.

    Shapes: logits (B, C), labels (B,), integers from 0 to C - 1. Returns one number.
    """
    raise NotImplementedError("step 3: pick one log-probability from each row")


def cross_entropy_gradient(logits, labels):
    """Gradient of `cross_entropy` with respect to the logits. Shapes: logits (B, C), labels (B,). Returns (B, C)."""
    raise NotImplementedError("step 4: derive it from step 2")
