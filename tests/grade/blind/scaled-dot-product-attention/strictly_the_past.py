"""misconception: slip: position i sees the positions before it and not itself

means: position_does_not_see_itself
"""

import numpy as np


def attention_scores(q, k):
    dots = np.einsum("bid,bjd->bij", q, k)
    return dots / q.shape[2] ** 0.5


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
    return weights @ v, weights


def causal_attention(q, k, v):
    B, T, D = q.shape
    rows, columns = np.arange(T)[:, None], np.arange(T)[None, :]
    mask = np.repeat((columns < rows)[None], B, axis=0)
    output, weights = attention(q, k, v, mask)
    return output
