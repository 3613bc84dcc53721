"""What a trained reader of sentences about animals is asked: gaps, the next word, classes by few labels. For P73.

Each question is `ask(trainer, seed, found) -> {name: float}`, where `found` is what the training gave. A model of
`masked-words` is asked at the place of a word, any other one at the place before it.
"""

LENGTH = 16  # places of a text, the mark in front among them
TRIED = 250  # gaps that are tried with every word


def gaps(trainer, seed, found):
    """A covered word of each held-out text; of the first of them also where every word may be tried."""
    x, y = trainer.task.test(seed)
    logits = trainer.predict(x)
    some = x[:TRIED], y[:TRIED]
    share = trainer.task.score(some[1], logits[:TRIED]) if masks(trainer) else tried(trainer.predict, *some)
    return {**named(y, logits), "tried": share}


def gaps_alone(trainer, seed, found):
    """A covered word of each held-out text, in one reading."""
    x, y = trainer.task.test(seed)
    return named(y, trainer.predict(x))


def next_word(trainer, seed, found):
    """The last word of each held-out text, of which only the words before it can be seen."""
    from kdl.tasks import fill_from_left, masked_words

    whole, _ = masked_words.tested(seed, LENGTH)
    x, y = masked_words.covered(whole, LENGTH - 1)
    return named(y if masks(trainer) else fill_from_left.asked_before(y), trainer.predict(x))


def classes(trainer, seed, found):
    """Of which class the covered animal is, told by what the trained model says of the gap."""
    return {"labels": told(trainer.model, masks(trainer), seed)}


def untrained(trainer, seed, found):
    """The same, by the model as it was before its training."""
    from kdl import catalog
    from kdl.backend import seeded

    seeded(seed)
    return {"labels": told(catalog.build(trainer.name, **trainer.sizes), masks(trainer), seed)}


def masks(trainer):
    """Whether the model was trained to say at a place what stands there."""
    return trainer.task.name == "masked-words"


def named(y, logits):
    """How often words are right, and what they cost."""
    from kdl.tasks.names_text import bits_per_letter
    from kdl.tasks.tag_by_next import accuracy

    return {"accuracy": accuracy(y, logits), "bits": bits_per_letter(y, logits)}


def told(model, here, seed):
    """The share of the classes that 50 labels tell; `here`: whether the model says at a place what stands there."""
    import numpy as np

    from kdl.backend import start
    from kdl.pairs import _few_labels

    ops = start().ops

    def answers(x, places):
        said = ops.convert_to_numpy(ops.softmax(model(x), axis=-1))  # (B, T, V)
        return said[np.arange(len(x)), places if here else places - 1]

    return _few_labels.accuracy(answers, seed, LENGTH)


def tried(predict, x, y):
    """The share of gaps whose word makes the likeliest text.

    Args:
        predict: texts (B, T) -> logits of what follows each place (B, T, V).
        x: texts with one [MASK] each (B, T).
        y: the covered word at the place before it, elsewhere -1 (B, T).
    """
    import numpy as np

    from kdl.data.animal_sentences import MASK, PLAIN, WORDS

    words = np.arange(PLAIN, len(WORDS))
    texts = np.where(x == MASK, words[:, None, None], x)  # (words, B, T)
    flat = texts.reshape(-1, x.shape[1])
    logits = predict(flat)[:, :-1]  # (words B, T - 1, V)
    right = np.take_along_axis(logits, flat[:, 1:, None], axis=-1)[..., 0]
    top = logits.max(axis=-1)
    likely = right - top - np.log(np.exp(logits - top[..., None]).sum(axis=-1))  # log p of each word
    best = words[likely.sum(axis=-1).reshape(len(words), -1).argmax(axis=0)]  # (B)
    return float((best == y.max(axis=1)).mean())
