"""misconception: logits are divided by the largest one so that exp stays small, and the gradient is labels minus p

means: one_hot_first, several
"""

import numpy as np


def softmax(logits):
    small = logits / np.abs(logits).max(axis=1, keepdims=True)
    e = np.exp(small)
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    log_p = log_softmax(logits)
    return -np.mean(log_p[np.arange(len(labels)), labels])


def cross_entropy_gradient(logits, labels):
    y = np.zeros(logits.shape)
    y[np.arange(len(labels)), labels] = 1
    return (y - softmax(logits)) / len(labels)
