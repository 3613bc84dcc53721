"""
title: Say which word comes next
data: animal-sentences
metric: bits
baseline: 5.2711, vote for every word by how often it occurs in training texts
target: 1.7

What GPT is trained for. Read a text word by word and say, after each one, how likely every word is to come next. Each word
of the text is asked for once, so that every step learns from all of them. Who can do that can write: draw a word, read it,
draw the next.

Input (B, T): the mark of the beginning, then T - 1 words, as numbers. Answer (B, T): the same row moved on by one; -1, at the
last place, counts for nothing. The network gives V logits for every place. The score is the mean of -log2 of the probability
that the right word got, on 1,000 texts of sentences that were never trained on: the bits that a word costs; 2 to the power of
it is the perplexity. Who knows the grammar needs 1.54 bits, a perplexity of 2.9.
"""

import re

import numpy as np

from kdl.data.animal_sentences import MARK, PLAIN, STOP, WORDS
from kdl.errors import UsageProblem
from kdl.tasks import Task, Text
from kdl.tasks.masked_words import NOTHING, expect_room, tested, texts
from kdl.tasks.names_text import bits_per_letter, cross_entropy, frequencies


class Words(Text):
    """Text whose symbols are whole words, each with the blank in front of it that a reader wants to see."""

    def encode(self, text):
        """The number of each word.

        Raises:
            UsageProblem: a word that is none of the task's.
        """
        known = {symbol.strip(): number for number, symbol in enumerate(self.symbols) if number >= PLAIN}
        words = re.findall(r"[^\s.]+|\.", text)
        strange = [word for word in words if word not in known]
        if strange:
            raise UsageProblem(
                f"{strange[0]!r} is not among the {len(known)} words of this task.", fix=f"It knows: {' '.join(known)}"
            )
        return [known[word] for word in words]


def make(length=16):
    """The task for texts of `length` places, the mark in front among them."""
    expect_room(length)

    def test(seed):
        return moved_on(tested(seed, length)[0])

    _, known = moved_on(texts(0, 0, 0, count=1000, length=length))
    return Task(
        name="next-word",
        sizes={"vocab_size": len(WORDS)},
        loss=cross_entropy,
        metric="bits",
        direction="min",
        baseline=bits_per_letter(test(0)[1], frequencies(known, len(WORDS))),
        target=1.7,
        score=bits_per_letter,
        text=Words(symbols=tuple(map(spaced, WORDS)), start=MARK, end=WORDS.index(STOP)),
        batches=lambda seed, epoch, index, batch_size: moved_on(texts(seed, epoch, index, count=batch_size, length=length)),
        test=test,
        options={"length": length},
    )


def moved_on(x):
    """Texts (B, T) -> what is read, and the word that follows each place, both (B, T)."""
    y = np.full(x.shape, NOTHING, np.int32)
    y[:, :-1] = x[:, 1:]
    return x, y


def spaced(word):
    """A word with a blank in front where it does not begin a sentence; nothing of the marks is written."""
    return f" {word}" if word[:1].islower() else word
