"""misconception: slip: shifts inside the exponential, but subtracts the log of the sum from the unshifted logits

means: shift_taken_back_on_one_side
"""

import numpy as np


def softmax(logits):
    p = np.empty(logits.shape)
    for b, row in enumerate(logits):
        top = np.exp(row - max(row))
        p[b] = top / sum(top)
    return p


def log_softmax(logits):
    biggest = logits.max(axis=1, keepdims=True)
    total = np.exp(logits - biggest).sum(axis=1, keepdims=True)
    return logits - np.log(total)


def cross_entropy(logits, labels):
    log_p = log_softmax(logits)
    loss = 0.0
    for row, label in zip(log_p, labels, strict=False):
        loss -= row[label]
    return loss / len(labels)


def cross_entropy_gradient(logits, labels):
    d = softmax(logits)
    d[np.arange(len(labels)), labels] -= 1
    return d / len(labels)
