"""The maximum is subtracted from the array that was given."""

import numpy as np


def attention_scores(q, k):
    return q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])


def masked_softmax(scores, mask):
    scores -= np.where(mask, scores, -1e300).max(axis=-1, keepdims=True) * mask.any(axis=-1, keepdims=True)
    e = np.where(mask, np.exp(np.where(mask, scores, 0)), 0)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.broadcast_to(np.tril(np.ones((T, T), dtype=bool)), (B, T, T))
    output, _ = attention(q, k, v, mask)
    return output
