"""Cross-entropy takes probabilities, so the logits go through softmax before the loss, which applies it again."""

import numpy as np


def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    log_p = log_softmax(softmax(logits))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def cross_entropy_gradient(logits, labels):
    dlogits = softmax(logits)
    dlogits[np.arange(len(labels)), labels] -= 1
    return dlogits / len(labels)
