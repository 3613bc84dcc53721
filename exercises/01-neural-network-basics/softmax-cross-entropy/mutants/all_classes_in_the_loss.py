"""The loss compares all classes: it is the mean binary cross-entropy of each one."""

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
    p = np.exp(log_p)
    true = np.eye(logits.shape[1])[labels]
    others = np.log(np.maximum(1 - p, 1e-300))
    return -np.mean(np.sum(true * log_p + (1 - true) * others, axis=1))


def cross_entropy_gradient(logits, labels):
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return dlogits / len(labels)
