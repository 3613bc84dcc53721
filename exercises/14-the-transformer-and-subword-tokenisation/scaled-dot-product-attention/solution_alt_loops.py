"""One query at a time, and for each only the keys that it may see: no mask value is needed at all.

Causal attention is then a loop over prefixes: position i attends to the keys and values up to its own.
"""

import numpy as np


def attention_scores(q, k):
    scores = np.zeros((len(q), q.shape[1], k.shape[1]), q.dtype)
    for b, i, j in np.ndindex(scores.shape):
        scores[b, i, j] = np.dot(q[b, i], k[b, j]) / np.sqrt(len(q[b, i]))
    return scores


def softmax(x):
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)


def masked_softmax(scores, mask):
    weights = np.zeros_like(scores)
    for b, i in np.ndindex(scores.shape[:2]):
        keys = np.flatnonzero(mask[b, i])
        if len(keys):
            weights[b, i, keys] = softmax(scores[b, i, keys])
    return weights


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    output = np.zeros((*q.shape[:2], v.shape[2]), v.dtype)
    for b, i in np.ndindex(output.shape[:2]):
        for j in range(k.shape[1]):
            output[b, i] += weights[b, i, j] * v[b, j]
    return output, weights


def causal_attention(q, k, v):
    rows = []
    for i in range(q.shape[1]):
        here = q[:, i : i + 1], k[:, : i + 1], v[:, : i + 1]
        rows.append(attention(*here, np.ones((len(q), 1, i + 1), bool))[0])
    return np.concatenate(rows, axis=1)
