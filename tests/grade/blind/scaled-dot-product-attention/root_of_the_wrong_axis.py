"""misconception: slip: takes the number of keys from k.shape where the size of a key is wanted

means: root_of_the_number_of_keys
"""

import numpy as np


def attention_scores(q, k):
    d = k.shape[1]
    return np.matmul(q, np.swapaxes(k, 1, 2)) / np.sqrt(d)


def masked_softmax(scores, mask):
    weights = np.zeros(scores.shape)
    B, Tq, Tk = scores.shape
    for b in range(B):
        for i in range(Tq):
            see = mask[b, i]
            if not see.any():
                continue
            s = scores[b, i][see]
            e = np.exp(s - s.max())
            weights[b, i, see] = e / e.sum()
    return weights


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    output = np.einsum("bij,bjd->bid", weights, v)
    return output, weights


def causal_attention(q, k, v):
    B, T, _ = q.shape
    mask = np.tril(np.ones((T, T), dtype=bool))
    return attention(q, k, v, np.broadcast_to(mask, (B, T, T)))[0]
