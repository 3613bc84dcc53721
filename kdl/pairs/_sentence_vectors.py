"""What vectors of sentences are asked, whoever made them, and vectors that are means of words. For P87.

A question is `ask(trainer, seed, found) -> {name: float | [float]}`, as `kdl.experiment.arms.trained` takes it.
"""

from statistics import fmean

from kdl.experiment.measured import Figure
from kdl.tasks import GENERATED_EPOCH

WIDTH, LENGTH, BATCH = 32, 13, 64
STEPS = 1000  # of BERT
EPOCHS = STEPS // GENERATED_EPOCH
SHOWN, FACTS, ASKED = 200, 6, 1000


def judged(vectors, seed) -> dict:
    """What vectors of sentences are worth: the measures, and what the figure shows.

    Args:
        vectors: sentences (n, T) -> their vectors (n, D), in NumPy.
    """
    import numpy as np

    from kdl import catalog
    from kdl.data import retellings
    from kdl.metrics.spearman import spearman
    from kdl.pairs._static_vectors import cosines
    from kdl.tasks import TEST, TRAIN, stream
    from kdl.tasks.graded_pairs import begun
    from kdl.tasks.masked_retellings import read

    task = catalog.load(catalog.find("task", "graded-pairs")).make()
    x, share = task.test(seed)
    one, other, share = vectors(x[:, 0]), vectors(x[:, 1]), share[:, 0]
    middle = vectors(read(stream(seed, 0, 0, TRAIN), ASKED, tested=False)).mean(axis=0)
    cosine = cosines(one, other)
    riddles = retellings.riddles(stream(seed, TEST, TEST), ASKED, tested=True)
    told, again, exchanged = (vectors(begun(rows)) for rows in riddles)
    facts = np.round(share * FACTS).astype(int)
    return {
        "spearman": spearman(cosine, share),
        "freed": spearman(cosines(one - middle, other - middle), share),
        "roles": float((cosines(told, again) > cosines(told, exchanged) + 1e-6).mean()),
        "by_facts": [float(cosine[facts == count].mean()) for count in range(FACTS + 1)],
        "cosines": cosine[:SHOWN].tolist(),
        "shares": share[:SHOWN].tolist(),
    }


def pooled(pooling):
    """The question what BERT's states are worth as the covered words have left them, pooled in one way."""

    def ask(trainer, seed, found):
        from kdl import catalog

        pad_id = trainer.task.sizes["pad_id"]
        return judged(embedded(catalog.build("sentence-bert", encoder=trainer.model, pooling=pooling, pad_id=pad_id)), seed)

    return ask


def tuned(trainer, seed, found):
    """The same question to a network that has learned from pairs."""
    return judged(embedded(trainer.model), seed)


def unasked(trainer, seed, found):
    """Nothing: a mean of words has no state of a first token."""
    return {}


def embedded(model):
    """Sentences (n, T) -> their vectors (n, D), in NumPy."""
    from kdl.backend import start
    from kdl.models.matching.sentence_bert import embedder

    keras, half = start(), embedder(model)
    return lambda rows: keras.ops.convert_to_numpy(half(rows))


def counted(seed):
    """Vectors of words (V, D) from counts alone, in the sentences that BERT has read."""
    import numpy as np

    from kdl.data.retellings import PLAIN, WORDS
    from kdl.pairs import _static_vectors
    from kdl.tasks import TRAIN, stream
    from kdl.tasks.masked_retellings import read

    steps = [divmod(step, GENERATED_EPOCH) for step in range(STEPS)]
    rows = np.concatenate([read(stream(seed, epoch, index, TRAIN), BATCH, tested=False) for epoch, index in steps])
    return _static_vectors.fitted(rows, words=len(WORDS), plain=PLAIN, width=WIDTH)


def of_words(vectors, seed) -> dict:
    """What vectors of words (V, D) are worth, where a sentence is the mean of its words."""
    from kdl.data.retellings import PLAIN
    from kdl.pairs import _static_vectors

    return judged(lambda rows: _static_vectors.means(vectors, rows, plain=PLAIN), seed)


def mean_of_words(*, vocab_size, width, pad_id):
    """Sentence-BERT on a table of vectors in BERT's place: pairs (B, 2, T) -> the cosine of the means of their words (B, 1)."""
    from kdl import catalog
    from kdl.backend import start

    keras = start()
    tokens = keras.Input((None,), dtype="int32", name="tokens")  # (B, T)
    rows = keras.layers.Embedding(vocab_size, width, name="words")(tokens)  # (B, T, D)
    encoder = keras.Model(tokens, keras.layers.Identity(name="hidden")(rows), name="words")
    return catalog.build("sentence-bert", encoder=encoder, pooling="mean", pad_id=pad_id)


def passes(count) -> dict[str, int]:
    """Passes through the network that find the two most alike of `count` sentences, counted sentence by sentence."""
    return {
        "both at once": sum(range(count)),  # the k-th sentence meets the k - 1 before it
        "one at a time": sum(1 for _ in range(count)),
    }


def single(measured, cells, measure):
    """A figure: the cosines of single pairs of the first seed, beside the share of the facts that they have in common.

    Args:
        cells: name -> (arm, condition).
        measure: their rank correlation.
    """
    points = {name: [measured.curves(*cell, key)[0] for key in ("shares", "cosines")] for name, cell in cells.items()}
    order = measured.scores(measure)
    return Figure(
        title=f"Cosines of {SHOWN} pairs (upwards) by the share of facts in common (to the right), first seed",
        message="rank correlation, mean of the seeds: "
        + "; ".join(f"{name}: {fmean(order[cell].values()):.2f}" for name, cell in cells.items()),
        series={name: cosines for name, (_, cosines) in points.items()},
        x=("", ""),
        across={name: shares for name, (shares, _) in points.items()},
    )
