"""Scaled dot-product attention as the paper's equation reads, in three matrix products and a softmax.

Masked scores become -∞ before anything else, so that neither the maximum nor the sum sees them. A row of nothing but -∞
has no maximum to subtract; 0 takes its place, every exp is then 0, and 0 is divided by 1. Cost: 2·B·Tq·Tk·(D + Dv)
multiplications and additions, and memory for B·Tq·Tk weights; that square of the length is what limits a Transformer.
"""

import numpy as np


def attention_scores(q, k):
    return q @ k.swapaxes(1, 2) / np.sqrt(q.dtype.type(q.shape[-1]))  # (B, Tq, Tk)


def masked_softmax(scores, mask):
    seen = np.where(mask, scores, -np.inf)
    largest = seen.max(axis=-1, keepdims=True)  # (B, Tq, 1)
    powers = np.exp(seen - np.where(np.isfinite(largest), largest, 0))
    total = powers.sum(axis=-1, keepdims=True)
    return powers / np.where(total > 0, total, 1)


def attention(q, k, v, mask):
    weights = masked_softmax(attention_scores(q, k), mask)
    return weights @ v, weights  # (B, Tq, Dv), (B, Tq, Tk)


def causal_attention(q, k, v):
    batch, length, _ = q.shape
    mask = np.tril(np.ones((length, length), bool))  # row i: True up to column i
    output, _ = attention(q, k, v, np.broadcast_to(mask, (batch, length, length)))
    return output
