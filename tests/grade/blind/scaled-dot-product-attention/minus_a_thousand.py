"""misconception: adding -1000 to a masked score is as good as leaving it out

means: minus_a_thousand_added
"""

import numpy as np


def attention_scores(q, k):
    D = q.shape[-1]
    return q @ k.transpose(0, 2, 1) / np.sqrt(D)


def masked_softmax(scores, mask):
    penalised = scores + np.where(mask, 0.0, -1000.0)
    shifted = penalised - penalised.max(axis=2, keepdims=True)
    e = np.exp(shifted)
    w = e / e.sum(axis=2, keepdims=True)
    nothing = ~mask.any(axis=2, keepdims=True)
    return np.where(nothing, 0.0, w)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T = q.shape[0], q.shape[1]
    mask = np.zeros((B, T, T), dtype=bool)
    for i in range(T):
        mask[:, i, : i + 1] = True
    output, _ = attention(q, k, v, mask)
    return output
