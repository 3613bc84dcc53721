"""misconception: a very negative score for the masked keys settles every case

means: lonely_query_takes_the_plain_mean
"""

import numpy as np


def attention_scores(q, k):
    dots = np.einsum("bid,bjd->bij", q, k)
    return dots / q.shape[2] ** 0.5


def masked_softmax(scores, mask):
    s = np.where(mask, scores, -1e30)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    output = np.einsum("bij,bjd->bid", weights, v)
    return output, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.tril(np.ones((T, T), dtype=bool))
    return attention(q, k, v, np.broadcast_to(mask, (B, T, T)))[0]
