"""Adding -1000 to the score of a hidden key is the same as leaving it out."""

import numpy as np


def attention_scores(q, k):
    return q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])


def masked_softmax(scores, mask):
    seen = np.where(mask, scores, scores - 1000)
    largest = seen.max(axis=-1, keepdims=True)
    e = np.exp(seen - largest)
    total = e.sum(axis=-1, keepdims=True)
    return np.where(mask.any(axis=-1, keepdims=True), e / total, 0)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.broadcast_to(np.tril(np.ones((T, T), dtype=bool)), (B, T, T))
    output, _ = attention(q, k, v, mask)
    return output
