"""misconception: the largest number of the whole array is subtracted from all rows

means: one_shift_for_the_whole_array, nan
"""

import numpy as np


def softmax(logits):
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e, axis=1, keepdims=True)


def log_softmax(logits):
    m = np.max(logits, axis=-1)[:, None]
    lse = m + np.log(np.sum(np.exp(logits - m), axis=-1)[:, None])
    return logits - lse


def cross_entropy(logits, labels):
    log_p = log_softmax(logits)
    return -np.mean(log_p[np.arange(len(labels)), labels])


def cross_entropy_gradient(logits, labels):
    d = softmax(logits)
    d[np.arange(len(labels)), labels] -= 1
    return d / len(labels)
