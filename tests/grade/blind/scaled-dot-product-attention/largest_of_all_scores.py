"""misconception: any number may be subtracted, so the largest score of the whole array is taken, masked or not

means: largest_score_of_a_hidden_key
"""

import numpy as np


def attention_scores(q, k):
    D = q.shape[-1]
    return q @ k.transpose(0, 2, 1) / np.sqrt(D)


def masked_softmax(scores, mask):
    e = np.exp(scores - scores.max()) * mask
    total = e.sum(axis=-1, keepdims=True)
    return np.divide(e, total, out=np.zeros_like(e), where=total > 0)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.tril(np.ones((T, T), dtype=bool))
    return attention(q, k, v, np.broadcast_to(mask, (B, T, T)))[0]
