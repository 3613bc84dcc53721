"""The trainings of P87: BERT on covered words, and what goes on from its weights, or from word vectors that were counted.

Each is an arm, or under one condition a part of one. The conditions are `mean` and `cls`, how a sentence becomes one vector,
and `mean-on` and `cls-on`, the same after it went on.
"""

from kdl.experiment.arms import trained
from kdl.pairs import _sentence_vectors as sentences

BEGIN = 10  # what seed 0 draws as
MORE = 1000  # steps of all that goes on
SIZES = {"width": sentences.WIDTH, "length": sentences.LENGTH, "depth": 2, "num_heads": 4}
SHARED = {"batch_size": sentences.BATCH, "clip_norm": 1.0, "begin": BEGIN}


def bert(rate):
    """BERT on covered words; its states become a vector in either way."""
    asked = {pooling: sentences.pooled(pooling) for pooling in ("mean", "cls")}
    settings = {"steps": sentences.STEPS, "learning_rate": rate, **SHARED}
    return trained("bert", "masked-retellings", sizes=SIZES, asked=asked, **settings)


def longer(first, rate):
    """BERT that goes on from the arm `first` with covered words, of sentences and masks that are drawn anew."""
    asked = {f"{pooling}-on": sentences.pooled(pooling) for pooling in ("mean", "cls")}
    settings = {"options": {"after": sentences.EPOCHS}, "steps": MORE, "learning_rate": rate, **SHARED}
    return trained("bert", "masked-retellings", sizes=SIZES, asked=asked, begins=begins(first), **settings)


def sentence_bert(first, pooling, rate):
    """BERT that goes on from the arm `first` with pairs."""
    settings = {"sizes": {**SIZES, "pooling": pooling}, "steps": MORE, "learning_rate": rate, **SHARED}
    return trained("sentence-bert", "graded-pairs", asked={f"{pooling}-on": sentences.tuned}, begins=begins(first), **settings)


def words(rate):
    """Word vectors that go on from counts with the same pairs."""
    asked = {"mean-on": sentences.tuned, "cls-on": sentences.unasked}
    settings = {"sizes": {"width": sentences.WIDTH}, "steps": MORE, "learning_rate": rate, **SHARED}
    return trained(sentences.mean_of_words, "graded-pairs", asked=asked, begins=after_counting, **settings)


class Counts:
    """Word vectors from counts alone; what is counted once would serve both poolings, but a word has no first token."""

    def __call__(self, seed, condition):
        return sentences.of_words(sentences.counted(BEGIN + seed), BEGIN + seed) if condition == "mean" else {}

    def training(self, condition):
        """The condition whose counting serves this one."""
        return "mean"


def nothing(seed, condition):
    """Where there is nothing to measure."""
    return {}


def begins(first):
    """Gives a network, or its encoder, the weights that the arm `first` has learned from the covered words of the same seed."""

    def after_bert(trainer, seed):
        learned = first.learned(seed)
        model = trainer.model.get_layer("encoder") if trainer.name == "sentence-bert" else trainer.model
        for layer in model.layers:
            if layer.weights:
                layer.set_weights(learned.get_layer(layer.name).get_weights())

    return after_bert


def after_counting(trainer, seed):
    """Gives means of words the vectors from counts; that of the mark in front, which counts in them, is 0 to begin with."""
    trainer.model.get_layer("encoder").get_layer("words").set_weights([sentences.counted(seed)])
