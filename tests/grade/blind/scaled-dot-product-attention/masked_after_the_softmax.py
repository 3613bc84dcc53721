"""misconception: an ordinary softmax comes first, then the weights of the masked keys are deleted

means: mask_after_the_softmax
"""

import numpy as np


def attention_scores(q, k):
    dots = np.einsum("bid,bjd->bij", q, k)
    return dots / q.shape[2] ** 0.5


def masked_softmax(scores, mask):
    e = np.exp(scores - scores.max(axis=-1)[..., None])
    weights = e / e.sum(axis=-1)[..., None]
    return np.where(mask, weights, 0.0)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    output = np.einsum("bij,bjd->bid", weights, v)
    return output, weights


def causal_attention(q, k, v):
    B, T = q.shape[0], q.shape[1]
    mask = np.zeros((B, T, T), dtype=bool)
    for i in range(T):
        mask[:, i, : i + 1] = True
    output, _ = attention(q, k, v, mask)
    return output
