"""Any constant will do for the shift, so the logits are centred on the mean of their row."""

import numpy as np


def softmax(logits):
    shifted = logits - logits.mean(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(logits):
    shifted = logits - logits.mean(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    log_p = log_softmax(logits)
    return -np.mean(log_p[np.arange(len(labels)), labels])


def cross_entropy_gradient(logits, labels):
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return dlogits / len(labels)
