"""What a language model's states tell with few labels: a linear classifier on frozen states. For contrasts of pre-training.

The label is one that no model was trained for: whether in the clause of a sentence about animals one person acts, or several.
A sentence becomes one vector, the mean of the states of its words; on 50 such vectors with labels a ridge regression is fitted,
in closed form, and judged on sentences that neither the model nor the classifier has seen.
"""

LABELLED, JUDGED = 50, 1000
PENALTIES = tuple(10.0**k for k in range(-3, 4))


def accuracy(states, seed, length) -> float:
    """The share of 1,000 fresh sentences whose label is told right, after 50.

    Args:
        states: texts (B, T) -> the states of their places (B, T, D), in NumPy.
        seed: draws the sentences.
        length: T, places of a text, the mark in front among them.
    """
    import numpy as np

    told = []
    for count, tested in ((LABELLED, False), (JUDGED, True)):
        x, sentence, several = labelled(seed, count, length=length, tested=tested)
        told.append((means(states(x), sentence), np.where(several, 1.0, -1.0)))
    (known, answers), (asked, right) = told
    return float(((fitted(known, answers)(asked) > 0) == (right > 0)).mean())


def labelled(seed, count, *, length, tested):
    """Texts whose first sentence has a clause: texts (B, T), words of that sentence (B,), whether several persons act (B,)."""
    import numpy as np

    from kdl.data import animal_sentences as grammar
    from kdl.tasks import TEST, TRAIN, stream
    from kdl.tasks.masked_words import begun

    rng = stream(seed, count, TEST if tested else TRAIN)
    rows, sentence = grammar.examples(rng, 2 * count, words=length - 1, tested=tested)  # three in four have one
    first = np.where(np.arange(length - 1) < sentence[:, None], rows, grammar.MARK)
    chosen = (first == grammar.WORDS.index("that")).any(axis=1).nonzero()[0][:count]
    many = [grammar.WORDS.index(row.split()[1]) for row in grammar.PERSONS]
    return begun(rows[chosen]), sentence[chosen], np.isin(first[chosen], many).any(axis=1)


def means(states, sentence):
    """The mean state of the words of each first sentence: (B, T, D), (B,) -> (B, D); the mark in front is no word."""
    import numpy as np

    places = np.arange(states.shape[1])
    inside = (places >= 1) & (places <= sentence[:, None])  # (B, T)
    return (states * inside[..., None]).sum(axis=1) / sentence[:, None]


def fitted(x, y):
    """Ridge regression with the penalty whose error is least where each example is left out in turn.

    Args:
        x: vectors (n, D); each number is scaled to mean 0 and deviation 1.
        y: what is to be told (n,).

    Returns:
        vectors (B, D) -> numbers (B,).
    """
    import numpy as np

    x = np.asarray(x, float)
    middle, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0, spread, 1)
    scaled = (x - middle) / spread
    products = scaled @ scaled.T  # (n, n)

    def dual(penalty):
        return np.linalg.solve(products + penalty * np.eye(len(y)), y - y.mean())  # (n,)

    def error(penalty):
        hat = products @ np.linalg.inv(products + penalty * np.eye(len(y))) + 1 / len(y)
        left_out = (y - y.mean() - products @ dual(penalty)) / (1 - np.diag(hat))
        return (left_out**2).mean()

    best = min((penalty * x.shape[1] for penalty in PENALTIES), key=error)
    weights = scaled.T @ dual(best)  # (D,)
    return lambda vectors: (np.asarray(vectors, float) - middle) / spread @ weights + y.mean()
