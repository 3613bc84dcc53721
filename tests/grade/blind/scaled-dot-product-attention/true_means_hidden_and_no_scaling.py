"""misconception: True in the mask is what gets masked out, and the softmax makes the root unnecessary

means: no_root, true_means_hidden, several
"""

import numpy as np


def attention_scores(q, k):
    return np.einsum("bqd,bkd->bqk", q, k)


def masked_softmax(scores, mask):
    s = np.where(mask, -np.inf, scores)
    biggest = s.max(axis=-1, keepdims=True)
    biggest = np.where(biggest == -np.inf, 0.0, biggest)
    e = np.exp(s - biggest)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T, D = q.shape
    future = np.triu(np.ones((B, T, T), dtype=bool), k=1)
    return attention(q, k, v, future)[0]
