"""
title: Greedy decoding
entry: greedy-decoding
paper: textbook; as the weak end of beam search: Sutskever, Vinyals, Le, "Sequence to sequence learning with neural
    networks", 2014
year: 2014
makes: choice

Problem. A model says how likely each symbol is to come next. A text needs one symbol at each place.

Idea. Write the likeliest, read it, and ask again.

    y_t = argmax over k of z_t[k]                                  z_t: logits (V,) after y_1 .. y_{t-1}

The softmax keeps the order of the logits, so it need not be computed. Of two equal logits the first wins.

The same model writes the same text every time. It is not the likeliest text: p(y) is a product over all places, and a
likely first symbol may lead to places where nothing is likely. With

    p(a) = 0.6, p(b) = 0.4;   after a: five symbols of 0.2 each;   after b: one symbol of 0.9

greedy writes a and ends at 0.12, while b gives 0.36. In open text it tends to run in circles: what was written once is
likelier the second time (Holtzman and others, 2020).

Shapes: V symbols.
"""

import numpy as np


def make():
    """`(logits (V,)) -> number`: the largest one's place."""
    return choose


def choose(logits):
    return int(np.argmax(logits))  # (V,) -> ()
