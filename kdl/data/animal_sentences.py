"""
title: Sentences about animals
kind: generated
source: a grammar of our own, in which words agree across a clause; drawn anew from a seed
licence: none needed: made of random numbers
counts: 16,320 sentences of 5 to 11 words: 12,957 to train, 3,363 to test; 73 different words

    A tired dog that the big farmers feed barked yesterday.
    Some lions that the king owns roar now.

Each animal has a verb that no other has, and so has each person. `A` takes one animal and the form of one, `Some` the form
of many. A time at the end decides the tense: now and often the present, yesterday and earlier the past, which has one form for
one and many. The clause between animal and verb is always in the present. So a word is decided by words on its left (`feed`),
on its right (`A`, `farmers`), or on both sides at once: of `barks` the dog decides which verb, and only the last word that it
is not `barked`; in the past the number of `dog` stands on its left, and which animal it is far on its right. Nothing decides
which adjective stands somewhere, nor which of the two times of a tense.

Everything is drawn evenly, but for the clause, which three sentences in four have. One sentence in five, by a checksum of its
words, is kept for testing. A text is sentences one after the other. Because all of them can be listed, the best that any
reader can do is known: `best_guess` and `best_bits` below, for one who knows the grammar and not which sentences are tested.
"""

import zlib
from collections import defaultdict
from functools import lru_cache
from itertools import product
from math import log2

import numpy as np

ANIMALS = ("dog dogs barks bark barked", "cat cats purrs purr purred", "cow cows moos moo mooed",
           "duck ducks quacks quack quacked", "wolf wolves howls howl howled", "frog frogs croaks croak croaked",
           "lion lions roars roar roared", "goose geese honks honk honked")  # fmt: skip
PERSONS = ("farmer farmers feeds feed", "hunter hunters tracks track", "painter painters draws draw",
           "doctor doctors heals heal", "king kings owns own")  # fmt: skip
ADJECTIVES = ("big", "small", "young", "tired")
TIMES = {"present": ("now", "often"), "past": ("yesterday", "earlier")}
STOP = "."

MARK, MASK = 0, 1  # the beginning of a text, and a covered word
WORDS = ("", "[MASK]", "A", "Some", "that", "the", STOP, *ADJECTIVES, *TIMES["present"], *TIMES["past"],
         *(word for row in (*ANIMALS, *PERSONS) for word in row.split()))  # fmt: skip
PLAIN = 2  # numbers from here on are words
SHORTEST, LONGEST = 5, 11  # words of a sentence, the stop among them
CLAUSE = 3 / 4  # of the sentences have one


@lru_cache(maxsize=1)
def sentences():
    """Every sentence, as a tuple of words -> its probability."""
    number = {"A": 0, "Some": 1}
    clauses = {(): 1 - CLAUSE}
    for row, many in product(map(str.split, PERSONS), (0, 1)):
        for adjective, p in _adjectives():
            clauses["that", "the", *adjective, row[many], row[2 + many]] = CLAUSE * p / len(PERSONS) / 2
    found = {}
    for (article, many), row, tense in product(number.items(), map(str.split, ANIMALS), TIMES):
        verb = row[2 + many] if tense == "present" else row[4]
        for (adjective, p), (clause, q), time in product(_adjectives(), clauses.items(), TIMES[tense]):
            found[article, *adjective, row[many], *clause, verb, time, STOP] = p * q / (2 * len(ANIMALS) * 2 * 2)
    return found


def _adjectives():
    """[what may stand before a noun, its probability]: nothing as often as any."""
    return [((), 1 / 2), *(((word,), 1 / 2 / len(ADJECTIVES)) for word in ADJECTIVES)]


def held_out(sentence):
    """Whether a sentence belongs to the test set: one in five, by a checksum of its words."""
    return zlib.crc32(" ".join(sentence).encode()) % 5 == 0


@lru_cache(maxsize=2)
def part(tested):
    """The sentences to train on, or to test: numbers of the words (S, 11) int32, MARK behind; lengths; probabilities (S,)."""
    chosen = {sentence: p for sentence, p in sentences().items() if held_out(sentence) == tested}
    place = {word: number for number, word in enumerate(WORDS)}
    rows = np.full((len(chosen), LONGEST), MARK, np.int32)
    for row, sentence in zip(rows, chosen, strict=True):
        row[: len(sentence)] = [place[word] for word in sentence]
    p = np.array(list(chosen.values()))
    return rows, (rows != MARK).sum(axis=1), p / p.sum()


def examples(rng, count, *, words, tested):
    """Draw texts: sentences one after the other, the last one cut where the text ends.

    Args:
        rng: `numpy.random.Generator`, the only source of chance.
        count: number of texts, B.
        words: of each text, at least 11, so that its first sentence is whole.
        tested: whether of the sentences to test; else of those to train on.

    Returns:
        numbers of the words (B, words) int32; length of the first sentence (B,).
    """
    if words < LONGEST:
        raise ValueError(f"words must be at least {LONGEST}, the longest sentence. Received: words={words}")
    rows, lengths, p = part(tested)
    drawn = rng.choice(len(rows), (count, -(-words // SHORTEST)), p=p)  # so many sentences are always enough
    texts, end = np.full((count, words + LONGEST), MARK, np.int32), np.zeros(count, int)
    for sentence in drawn.T:
        behind = end[:, None] + np.arange(LONGEST)  # the next sentence writes over the marks of this one
        np.put_along_axis(texts, behind, rows[sentence], axis=1)
        end = np.minimum(end + lengths[sentence], words)
    return texts[:, :words], lengths[drawn[:, 0]]


# ---- what the best reader can do -------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def best_guess(both_sides=True):
    """The share that can be guessed right at best of words covered one by one, each of a sentence as often.

    Args:
        both_sides: whether the reader sees what stands behind the covered word too.
    """
    seen = defaultdict(lambda: defaultdict(float))
    for sentence, p in sentences().items():
        for place, word in enumerate(sentence):
            rest = (sentence[:place], sentence[place + 1 :]) if both_sides else sentence[:place]
            seen[rest][word] += p / len(sentence)
    return sum(max(words.values()) for words in seen.values())


@lru_cache(maxsize=1)
def _next_words():
    """For j = 0 .. 10 words of a sentence read: (chance that it is longer, best guess of the next word, its bits), summed."""
    following = defaultdict(lambda: defaultdict(float))
    for sentence, p in sentences().items():
        for place, word in enumerate(sentence):
            following[sentence[:place]][word] += p
    found = np.zeros((LONGEST, 3))
    for read, words in following.items():
        whole = sum(words.values())
        found[len(read)] += whole, max(words.values()), -sum(p * log2(p / whole) for p in words.values())
    return found


def next_word(place):
    """(share that is guessed right at best, bits at best) of word `place` of a text, from 0, by one who read all before it."""
    read = _next_words()
    longer = np.append(read[:, 0], 0)
    ends = longer[:-1] - longer[1:]  # chance of a length of 1 .. 11
    begins = [1.0]  # chance that a sentence begins at word 0, 1, ...
    while len(begins) <= place:
        begins.append(sum(ends[n - 1] * begins[-n] for n in range(1, min(len(begins), LONGEST) + 1)))
    share = sum(begins[place - j] * read[j] for j in range(min(place + 1, LONGEST)))
    return float(share[1]), float(share[2])


def best_bits(words):
    """Bits that a word costs at best, the mean over the words of a text."""
    return sum(next_word(place)[1] for place in range(words)) / words
