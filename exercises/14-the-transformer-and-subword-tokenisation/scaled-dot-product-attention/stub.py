"""Scaled dot-product attention, by hand: fill in the four functions. README.md beside this file says what each must do."""

import numpy as np


def attention_scores(q, k):
    """How well every key fits every query.

    Shapes: q (B, Tq, D), k (B, Tk, D). Returns scores (B, Tq, Tk).
    """
    raise NotImplementedError("step 1: scaled dot products of each query with each key")


def masked_softmax(scores, mask):
    """Weights over the keys, 0 where the mask is False; all 0 for a query whose mask is False everywhere.

    Shapes: scores (B, Tq, Tk), mask (B, Tq, Tk) of bool. Returns weights (B, Tq, Tk).
    """
    raise NotImplementedError("step 2: a softmax over the keys that may be seen, safe for large scores")


def attention(q, k, v, mask):
    """The mean of the values, weighted for each query.

    Shapes: q (B, Tq, D), k (B, Tk, D), v (B, Tk, Dv), mask (B, Tq, Tk). Returns (output (B, Tq, Dv), weights (B, Tq, Tk)).
    """
    weights = masked_softmax(attention_scores(q, k), mask)
    raise NotImplementedError("step 3: mix the values by the weights, and return both")


def causal_attention(q, k, v):
    """Attention within one sequence, where a position sees itself and what came before it.

    Shapes: q and k (B, T, D), v (B, T, Dv). Returns output (B, T, Dv).
    """
    raise NotImplementedError("step 4: make the mask, then use attention")
