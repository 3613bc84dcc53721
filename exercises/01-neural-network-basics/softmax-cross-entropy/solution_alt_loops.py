"""One example at a time, with Python's own floats.

The gradient comes from the softmax as exp(log_softmax), and the true class is treated apart: -(1 - p) as the negative sum
of the other probabilities, which keeps its digits when p is near 1.
"""

import math

import numpy as np


def log_row(row):
    top = max(row)
    return [a - top - math.log(sum(math.exp(k - top) for k in row)) for a in row]


def log_softmax(logits):
    return np.array([log_row([float(a) for a in row]) for row in logits])


def softmax(logits):
    return np.exp(log_softmax(logits))


def cross_entropy(logits, labels):
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        total -= log_row([float(a) for a in row])[int(label)]
    return total / len(labels)


def cross_entropy_gradient(logits, labels):
    p = softmax(logits)
    gradient = np.zeros(logits.shape)
    for b, label in enumerate(labels):
        for c in range(logits.shape[1]):
            if c != label:
                gradient[b, c] = p[b, c] / len(labels)
        gradient[b, label] = -gradient[b].sum()
    return gradient
