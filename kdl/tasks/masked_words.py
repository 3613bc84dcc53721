"""
title: Guess the covered words of a text
data: animal-sentences
metric: accuracy
baseline: 0.1212, always answer the full stop, which every sentence has once
target: 0.6

What BERT is trained for. Of the words of a text some are chosen, each with a chance of 15 %, and the network says what they
are; of the other words nothing is asked, and nothing is learned from them. A chosen word is covered with [MASK] in 80 % of the
cases, replaced by any word in 10 %, and left as it is in 10 %, so that the network cannot rely on a word being right because
no mask stands there. All of this is drawn anew whenever a text is read.

Input (B, T): the mark of the beginning, then T - 1 words, as numbers. Answer (B, T): at chosen places the word that belongs
there, elsewhere -1, which counts for nothing. The network gives V logits for every place. The score asks for less: in 1,000
texts of sentences that were never trained on one word is covered, each word of the first sentence as likely, and always with
[MASK]; it is the share that is guessed right. Who knows the grammar and sees both sides of the gap gets 0.87. Who sees the
left side only gets 0.54 at best, and so misses the target.
"""

import numpy as np

from kdl.data import animal_sentences
from kdl.data.animal_sentences import MARK, WORDS
from kdl.tasks import GENERATED_TEST, TEST, TRAIN, Task, stream
from kdl.tasks.tag_by_next import accuracy, cross_entropy

NOTHING = -1  # the answer where nothing is asked
CHOSEN, COVERED, REPLACED = 0.15, 0.8, 0.1


def make(length=16):
    """The task for texts of `length` places, the mark in front among them."""
    expect_room(length)

    def batches(seed, epoch, index, batch_size):
        return masked(texts(seed, epoch, index, count=batch_size, length=length), stream(seed, epoch, index, TRAIN, TRAIN))

    def test(seed):
        x, sentence = tested(seed, length)
        return covered(x, stream(seed, TEST, TEST).integers(1, sentence + 1))

    return Task(
        name="masked-words",
        sizes={"vocab_size": len(WORDS)},
        loss=cross_entropy,
        metric="accuracy",
        direction="max",
        baseline=sum(p / len(sentence) for sentence, p in animal_sentences.sentences().items()),
        target=0.6,  # more than anybody can who reads from the left
        score=accuracy,
        batches=batches,
        test=test,
        options={"length": length},
        labels=WORDS,
        shown=shown,
    )


def expect_room(length):
    """Refuse texts that the mark and the longest sentence do not go into."""
    if length < 1 + animal_sentences.LONGEST:
        raise ValueError(f"length must be at least {1 + animal_sentences.LONGEST}. Received: length={length}")


def texts(seed, epoch, index, *, count, length):
    """A batch of texts to train on (B, T) int32, the same for every task that reads them."""
    rows, _ = animal_sentences.examples(stream(seed, epoch, index, TRAIN), count, words=length - 1, tested=False)
    return begun(rows)


def tested(seed, length):
    """The texts to test (B, T) int32, and how many words the first sentence of each has (B,)."""
    rows, sentence = animal_sentences.examples(stream(seed, TEST), GENERATED_TEST, words=length - 1, tested=True)
    return begun(rows), sentence


def begun(rows):
    """Texts with the mark of the beginning in front."""
    return np.pad(rows, ((0, 0), (1, 0)), constant_values=MARK)


def masked(x, rng, grammar=animal_sentences):
    """Choose words of texts (B, T), and cover most of them: (what is read, the words that are asked for), both (B, T).

    Args:
        grammar: the module of the data, with its MASK, its WORDS, and PLAIN, from where on numbers are words.
    """
    chosen = (rng.random(x.shape) < CHOSEN) & (x >= grammar.PLAIN)
    y = np.where(chosen, x, NOTHING).astype(np.int32)
    fate, words = rng.random(x.shape), rng.integers(grammar.PLAIN, len(grammar.WORDS), x.shape, dtype=np.int32)
    seen = np.where(fate < COVERED, grammar.MASK, np.where(fate < COVERED + REPLACED, words, x))
    return np.where(chosen, seen, x).astype(np.int32), y


def covered(x, places, grammar=animal_sentences):
    """Cover one word of each text (B, T), at `places` (B,): (what is read, the words that are asked for), both (B, T)."""
    rows = np.arange(len(x))
    seen, y = x.copy(), np.full(x.shape, NOTHING, np.int32)
    y[rows, places] = x[rows, places]
    seen[rows, places] = grammar.MASK
    return seen, y


def shown(x):
    """A text as a reader sees it."""
    return " ".join(WORDS[number] for number in x if number != MARK).replace(" .", ".")
