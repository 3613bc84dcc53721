"""misconception: the loss of a batch is the sum of the losses of its examples

means: loss_is_a_sum
"""

import numpy as np


def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(logits):
    m = np.max(logits, axis=-1)[:, None]
    lse = m + np.log(np.sum(np.exp(logits - m), axis=-1)[:, None])
    return logits - lse


def cross_entropy(logits, labels):
    B = logits.shape[0]
    chosen = log_softmax(logits)[range(B), labels]
    return float(-chosen.sum())


def cross_entropy_gradient(logits, labels):
    d = softmax(logits)
    d[np.arange(len(labels)), labels] -= 1
    return d / len(labels)
