"""
title: Beam search
entry: beam-search
paper: Lowerre, "The HARPY speech recognition system", 1976; with neural networks: Graves, "Sequence transduction with
    recurrent neural networks", 2012
year: 1976
makes: search

Problem. The likeliest text is wanted. Greedy decoding misses it, because a likely beginning may go on badly, and there are
V^T texts of length T: too many to try.

Idea. Keep the B likeliest beginnings, not one. Go on from each of them with every symbol, and of those B V keep B again.

    score(y_1 .. y_t) = log p(y_1) + log p(y_2 | y_1) + .. + log p(y_t | y_1 .. y_{t-1})

    candidates = { y + [k] : y in beam, k in 0 .. V-1 }
    beam       = the B candidates with the largest score; those that end with the end symbol are done and leave it

A symbol more can only lower a score (log p <= 0). So once B texts are done, and the best beginning left is no better
than the worst of them, nothing that is still open can win, and the search ends.

B = 1 is greedy decoding. A beam as wide as the number of beginnings, V^(T-1), tries everything and finds the likeliest
text. In between it may miss it: nothing that leaves the beam comes back. The cost is B times that of greedy.

A sum of log p prefers short texts, and the more so the wider the beam; length normalisation is the usual mend. Nor is
the likeliest text a typical one: for open text a draw is better, for translation the search.

Shapes: B beam, V symbols, T length.

Differs from greedy_decoding.py: B beginnings instead of one, and a score of the whole text.
"""

import numpy as np

from kdl.decoding import log_softmax


def make(width=4):
    """`search(next_logits, start, end, length)`, which keeps `width` beginnings: B."""
    if width < 1:
        raise ValueError(f"width must be at least 1. Received: width={width}")

    def search(next_logits, start, end, length):
        """The `width` likeliest texts that it finds, best first, as (numbers after `start`, score).

        A text that is done ends with `end`; one that has `length` numbers is over as well.
        """
        beam, done = [((), 0.0)], []
        for _ in range(length):
            grown = [one for text, score in beam for one in _grown(next_logits, list(start), text, score)]  # B V of them
            best = sorted(grown, key=lambda one: -one[1])[:width]
            done = _best(done + [one for one in best if one[0][-1] == end], width)
            beam = [one for one in best if one[0][-1] != end]
            if not beam or (len(done) == width and beam[0][1] <= done[-1][1]):
                break
        return [(list(text), score) for text, score in _best(done + beam, width)]

    return search


def _grown(next_logits, start, text, score):
    """A beginning with every symbol that can follow it, and the scores."""
    log_p = log_softmax(next_logits([*start, *text]))  # (V,)
    return [((*text, int(k)), score + float(log_p[k])) for k in np.flatnonzero(np.isfinite(log_p))]


def _best(texts, width):
    return sorted(texts, key=lambda one: -one[1])[:width]
