"""misconception: the variance of the dot product is D, so it is divided by D

means: divided_by_the_size
"""

import numpy as np


def attention_scores(q, k):
    B, Tq, D = q.shape
    scores = np.zeros((B, Tq, k.shape[1]))
    for b in range(B):
        scores[b] = q[b] @ k[b].T / D
    return scores


def masked_softmax(scores, mask):
    s = np.where(mask, scores, -np.inf)
    top = s.max(axis=-1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    e = np.exp(s - top)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.tril(np.ones((T, T), dtype=bool))
    return attention(q, k, v, np.broadcast_to(mask, (B, T, T)))[0]
