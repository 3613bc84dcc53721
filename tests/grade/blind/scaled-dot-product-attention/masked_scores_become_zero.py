"""misconception: a masked score is set to 0, so that it counts for nothing in the softmax

means: hidden_score_set_to_zero
"""

import numpy as np


def attention_scores(q, k):
    D = q.shape[-1]
    return q @ k.transpose(0, 2, 1) / np.sqrt(D)


def masked_softmax(scores, mask):
    kept = scores * mask
    e = np.exp(kept - kept.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    weights[~mask.any(axis=-1)] = 0.0
    return weights


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    output = np.einsum("bij,bjd->bid", weights, v)
    return output, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.tril(np.ones((T, T), dtype=bool))
    return attention(q, k, v, np.broadcast_to(mask, (B, T, T)))[0]
