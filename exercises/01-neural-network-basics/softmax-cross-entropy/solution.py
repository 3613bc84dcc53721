"""Softmax, log-softmax and cross-entropy, each with its row's maximum taken off first.

After that the largest logit of a row is 0: no exponential is above 1, and the sum is at least 1, so that neither an
overflow nor the logarithm of 0 can happen. What underflows to 0 is too small to matter beside that 1. The gradient is
what the network believed minus what is true, (p - one_hot) / B. Cost: one exponential for each logit.
(Blanchard, Higham and Higham, 2021, "Accurately computing the log-sum-exp and softmax functions", show how accurate it is.)
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))  # (B, C), the largest of a row is 1
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    true = log_softmax(logits)[np.arange(len(labels)), labels]  # (B,)
    return -true.mean()


def cross_entropy_gradient(logits, labels):
    gradient = softmax(logits)  # a new array: nobody else holds it
    gradient[np.arange(len(labels)), labels] -= 1.0
    return gradient / len(labels)
