"""misconception: a small constant inside the log keeps it finite, and the difference is too small to matter

means: logarithm_of_probability_plus_a_bit, probability_cut_off_below
"""

import numpy as np


def softmax(logits):
    p = np.empty(logits.shape)
    for b, row in enumerate(logits):
        top = np.exp(row - max(row))
        p[b] = top / sum(top)
    return p


def log_softmax(logits, eps=1e-12):
    p = softmax(logits)
    return np.log(np.clip(p, eps, 1.0))


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
