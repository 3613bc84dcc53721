"""misconception: slip: indexes all rows with a colon, which picks every label's column from every row

means: labels_of_all_rows_for_each_row
"""

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
    return -log_p[:, labels].mean()


def cross_entropy_gradient(logits, labels):
    B, C = logits.shape
    one_hot = np.eye(C)[labels]
    return (softmax(logits) - one_hot) / B
