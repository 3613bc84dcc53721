"""
title: Sampling a sequence from a model
entry: sequence-sampling
paper: Graves, "Generating sequences with recurrent neural networks", 2013
year: 2013
makes: choice

Problem. The likeliest symbol at every place gives one text, the same for ever, and hardly a typical one: of all names
that begin with "an", most do not go on with the likeliest letter throughout.

Idea. Draw each symbol with the probability that the model gives it, read it, draw the next, until the end is drawn.

    p_t = softmax(z_t)                                     z_t: logits (V,) after y_1 .. y_{t-1}
    c_k = p_t[0] + .. + p_t[k]                             running sum
    y_t = the least k with c_k > u,   u drawn evenly from [0, 1)

u falls between c_{k-1} and c_k with the probability p_t[k]: the width of the gap. Because

    p(y_1 .. y_T) = product over t of p(y_t | y_1 .. y_{t-1})

texts come out as often as the model believes in them, no more and no less. What is wrong with the samples is wrong with
the model.

One u per symbol: the same seed writes the same text, and a symbol of probability 0 is never drawn.

Shapes: V symbols.

Differs from greedy_decoding.py: the argmax is replaced by a draw.
"""

import numpy as np

from kdl.decoding import softmax


def make(seed=0):
    """`(logits (V,)) -> number`, which draws from the logits' softmax; the numbers drawn depend on `seed` alone."""
    rng = np.random.default_rng(seed)
    return lambda logits: choose(logits, rng.random())


def choose(logits, u):
    """The symbol in whose share of [0, 1) the number `u` falls."""
    c = np.cumsum(softmax(logits))  # (V,)
    # c_V is 1 but for rounding; measured against the last one, u is always below it.
    return int(np.searchsorted(c, u * c[-1], side="right"))  # the least k with c_k > u
