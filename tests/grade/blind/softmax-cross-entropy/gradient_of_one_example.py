"""misconception: the gradient is p minus the one-hot labels, for each example by itself

means: gradient_of_the_sum
"""

import numpy as np


def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    log_p = log_softmax(logits)
    loss = 0.0
    for row, label in zip(log_p, labels, strict=False):
        loss -= row[label]
    return loss / len(labels)


def cross_entropy_gradient(logits, labels):
    p = softmax(logits)
    target = np.zeros_like(p)
    for i, y in enumerate(labels):
        target[i, y] = 1.0
    return p - target
