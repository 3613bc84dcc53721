"""One vector for each word, from counts: which words stand beside which. For contrasts with vectors that know no context.

Pointwise mutual information, with what is below 0 cut off, of words and their neighbours; of that table the largest singular
values and vectors (Levy, Goldberg, "Neural word embedding as implicit matrix factorization", 2014, where it is shown to be
what word2vec's negative sampling factorises). Rows are multiplied by the root of the singular values (Levy, Goldberg, Dagan,
2015).
"""

WINDOW = 5  # words on either side


def fitted(rows, *, words, plain, width):
    """Vectors (words, width) from sentences.

    Args:
        rows: numbers of words (S, T); those below `plain` are no words, and count as no neighbours.
        words: how many different numbers there are.
        width: numbers of a vector.
    """
    import numpy as np

    met = np.zeros((words, words))
    for apart in range(1, WINDOW + 1):
        one, other = rows[:, :-apart].ravel(), rows[:, apart:].ravel()
        both = (one >= plain) & (other >= plain)
        met += np.bincount(one[both] * words + other[both], minlength=words * words).reshape(words, words)
    return factors(information(met + met.T), width)


def information(met):
    """max(0, log p(a, b) / (p(a) p(b))) of counts (V, V); 0 where two words never met."""
    import numpy as np

    alone = met.sum(axis=1)
    by_chance = np.maximum(np.outer(alone, alone) / met.sum(), 1e-12)
    return np.log(np.maximum(met / by_chance, 1))


def factors(table, width):
    """U sqrt(S), of the largest singular values: (V, V) -> (V, width)."""
    import numpy as np

    u, s, _ = np.linalg.svd(table)
    return u[:, :width] * np.sqrt(s[:width])


def means(vectors, rows, *, plain):
    """The mean of the vectors of the words of each row (..., T) -> (..., D)."""
    real = (rows >= plain)[..., None]
    return (vectors[rows] * real).sum(axis=-2) / real.sum(axis=-2)


def cosines(one, other):
    """Of each two rows (B, D), (B, D): (B,)."""
    import numpy as np

    return (one * other).sum(axis=1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))
