"""misconception: the probabilities add up to 1 down the columns, which is axis 0

means: softmax_over_the_batch
"""

import numpy as np


def softmax(logits):
    logits = logits - np.max(logits, axis=0)
    powers = np.exp(logits)
    return powers / powers.sum(axis=0)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    log_p = log_softmax(logits)
    loss = 0.0
    for row, label in zip(log_p, labels, strict=False):
        loss -= row[label]
    return loss / len(labels)


def cross_entropy_gradient(logits, labels):
    B, C = logits.shape
    one_hot = np.eye(C)[labels]
    return (softmax(logits) - one_hot) / B
