"""What a language model tells of a gap with few labels: a linear classifier on its frozen answers. For P73.

The label is one that no model was trained for, and that no single word tells. The animal of a sentence is covered:

    Some tired [MASK] that the big farmers feed barked yesterday.

It belongs to the first class if it is one of the first four kinds (dog, cat, cow, duck) and alone, or one of the other four and
many; else to the second. `Some`, on its left, says that they are many; `barked`, far on its right and the same for one and
many, says what they are. Neither says anything of the class without the other, so that whoever counts words guesses.

A sentence becomes one vector: the probabilities of all words that the model gives for the gap. On 50 such vectors with labels,
half of each class, a ridge regression is fitted, in closed form, and judged on 1,000 sentences that neither the model nor the
classifier has seen.
"""

LABELLED, JUDGED = 50, 1000
FIRST = 4  # kinds of animals that are of the first class where they are alone
PENALTIES = tuple(10.0**k for k in range(-3, 4))


def accuracy(answers, seed, length) -> float:
    """The share of 1,000 fresh sentences whose class is told right, after 50.

    Args:
        answers: texts (B, T), places of the gaps (B,) -> vectors (B, D).
        seed: draws the sentences.
        length: T, places of a text, the mark in front among them.
    """
    import numpy as np

    told = []
    for count, tested in ((LABELLED, False), (JUDGED, True)):
        x, places, classes = labelled(seed, count, length=length, tested=tested)
        told.append((answers(x, places), np.where(classes, 1.0, -1.0)))
    (known, right), (asked, expected) = told
    return float(((fitted(known, right)(asked) > 0) == (expected > 0)).mean())


def labelled(seed, count, *, length, tested):
    """Texts whose first animal is covered (B, T), its place (B,), and whether it is of the first class (B,): one in two."""
    import numpy as np

    from kdl.data import animal_sentences as grammar
    from kdl.tasks import TEST, TRAIN, stream
    from kdl.tasks.masked_words import begun

    rng = stream(seed, count, TEST if tested else TRAIN)
    rows, sentence = grammar.examples(rng, 4 * count, words=length - 1, tested=tested)  # one in two is of the past
    kinds = [row.split() for row in grammar.ANIMALS]
    nouns = np.array([[grammar.WORDS.index(noun) for noun in row[:2]] for row in kinds])  # (8, 2): one, many
    first = np.where(np.arange(length - 1) < sentence[:, None], rows, grammar.MARK)
    places = np.isin(first, nouns).argmax(axis=1)
    _, kind, many = (first[np.arange(len(rows)), places][:, None, None] == nouns).nonzero()
    classes = (kind < FIRST) == (many == 0)
    past = np.isin(first, [grammar.WORDS.index(row[4]) for row in kinds]).any(axis=1)
    chosen = rng.permutation(np.concatenate([(past & (classes == one)).nonzero()[0][: count // 2] for one in (True, False)]))
    rows[np.arange(len(rows)), places] = grammar.MASK
    return begun(rows[chosen]), places[chosen] + 1, classes[chosen]


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
    u, s, v = np.linalg.svd((x - middle) / spread, full_matrices=False)  # (n, k), (k,), (k, D)
    rest = y - y.mean()

    def error(penalty):
        kept = s**2 / (s**2 + penalty)
        left_out = (rest - u @ (kept * (u.T @ rest))) / (1 - (u**2 @ kept + 1 / len(y)))
        return (left_out**2).mean()

    best = min((penalty * x.shape[1] for penalty in PENALTIES), key=error)
    weights = v.T @ (s / (s**2 + best) * (u.T @ rest))  # (D,)
    return lambda vectors: (np.asarray(vectors, float) - middle) / spread @ weights + y.mean()
