"""
title: Sentences that tell the same, or nearly
kind: generated
source: a grammar of our own; drawn anew from a seed
licence: none needed: made of random numbers
counts: 25,200 meanings, 20,155 to train, 5,045 to test; each can be told in 64 to 256 ways; 47 different words

    the big dog chased the cat at dawn .
    at sunrise the cat was pursued by the large hound .

Both tell the same and share few words. `the cat chased the big dog at dawn .` has the words of the first and tells something
else. A meaning is six facts: who acts (8 animals), with which trait (4, or none), what is done (6 deeds), to whom (another
animal), with which trait, and when (3 times). How alike two meanings are is the share of the facts that agree: 0, 1/6 ... 1.
A trait that is not told agrees with one that is not told.

Every animal, trait, deed and time has two words that mean the same, and each is drawn evenly. A sentence is active or
passive, and its time stands in front or behind, evenly too. So words and order say little of what is told, and much of how.

Facts hang together, as in a language that people write, or no word could be guessed from others, nor its meaning be read off
its neighbours: each animal mostly does one of two deeds, mostly to one of two others, and mostly has the one trait if any is
told; each deed mostly has its own time (`FAVOUR`). One meaning in five, by a checksum, is kept for testing, and never told in
training, in whatever words.
"""

from functools import lru_cache

import numpy as np

ANIMALS = ("dog hound", "cat puss", "pig hog", "horse steed", "donkey burro", "rabbit bunny", "puma cougar", "reindeer caribou")
TRAITS = ("big large", "small little", "quick fast", "glad happy")
DEEDS = ("chased pursued", "helped aided", "pushed shoved", "trailed followed", "scared frightened", "praised lauded")
TIMES = ("dawn sunrise", "noon midday", "dusk sunset")
PLAIN_WORDS = ("the", "was", "by", "at", ".")

FILL, MARK, MASK = 0, 1, 2  # what fills a row up, the beginning of a text, and a covered word
PLAIN = 3  # numbers from here on are words
WORDS = ("", "", "[MASK]", *PLAIN_WORDS, *(word for row in (*ANIMALS, *TRAITS, *DEEDS, *TIMES) for word in row.split()))
THE, WAS, BY, AT, STOP = range(PLAIN, PLAIN + len(PLAIN_WORDS))
LONGEST = 12  # words of a sentence, the stop among them

FACTS = ("agent", "its trait", "deed", "patient", "its trait", "time")
SIZES = (len(ANIMALS), len(TRAITS) + 1, len(DEEDS), len(ANIMALS), len(TRAITS) + 1, len(TIMES))
NO_TRAIT = len(TRAITS)
AGENT, AGENT_TRAIT, DEED, PATIENT, PATIENT_TRAIT, TIME = range(6)
EXCHANGE = (PATIENT, PATIENT_TRAIT, DEED, AGENT, AGENT_TRAIT, TIME)  # the facts of who is done to what he did
FAVOUR = 0.8  # chance of what is usual
EXCHANGED = 1 / 2  # chance that two meanings begin with an exchange of the roles

# Where the words of a kind begin.
_ANIMALS = PLAIN + len(PLAIN_WORDS)
_TRAITS = _ANIMALS + 2 * len(ANIMALS)
_DEEDS = _TRAITS + 2 * len(TRAITS)
_TIMES = _DEEDS + 2 * len(DEEDS)


def meanings(rng, count):
    """Draw meanings: (B, 6) int, a number for each fact."""
    agent = rng.integers(0, len(ANIMALS), count)

    def usual(of, options, every):
        """One of `options` (K, n) of what `of` (B,) is, mostly; else any of `every`."""
        favourite = np.asarray(options)[of, rng.integers(0, np.shape(options)[1], count)]
        return np.where(rng.random(count) < FAVOUR, favourite, rng.integers(0, every, count))

    animals, deeds = np.arange(len(ANIMALS)), np.arange(len(DEEDS))
    deed = usual(agent, np.stack([animals % 6, (animals * 5 + 2) % 6], axis=1), len(DEEDS))
    patient = usual(agent, np.stack([(animals + 1) % 8, (animals + 3) % 8], axis=1), len(ANIMALS))
    patient = np.where(patient == agent, (agent + 1) % len(ANIMALS), patient)
    own = (animals % 4)[:, None]
    traits = [np.where(rng.random(count) < 1 / 2, NO_TRAIT, usual(who, own, len(TRAITS))) for who in (agent, patient)]
    time = usual(deed, (deeds % 3)[:, None], len(TIMES))
    return np.stack([agent, traits[0], deed, patient, traits[1], time], axis=1)


def number(meaning):
    """One number for each meaning (B, 6)."""
    found = np.zeros(len(meaning), np.int64)
    for fact, size in enumerate(SIZES):
        found = found * size + meaning[:, fact]
    return found


def held_out(meaning):
    """Which meanings (B, 6) belong to the test set: one in five, by a checksum."""
    return (number(meaning) * 2654435761 % 2**32 >> 16) % 5 == 0


def alike(one, other):
    """The share of the facts that two meanings (B, 6) have in common: (B,)."""
    return (one == other).mean(axis=1)


def of_part(rng, count, draw, *, tested):
    """Meanings (B, n, 6) as `draw(rows)` gives them for numbers of rows, each row drawn anew until all of it is of one part.

    What is decided for a row by its number is so not changed by how often it has to be drawn.
    """
    found, left, tries = None, np.arange(count), 32 if tested else 4
    while len(left):
        drawn = draw(left.repeat(tries))
        right = (held_out(drawn.reshape(-1, 6)).reshape(drawn.shape[:2]) == tested).all(axis=1).reshape(-1, tries)
        first = drawn[np.arange(len(left)) * tries + right.argmax(axis=1)]  # of several tries the first that is right
        found = first if found is None else found
        found[left] = first
        left = left[~right.any(axis=1)]
    return found


def twosomes(rng, count, *, tested):
    """Draw two meanings each (B, 2, 6): the second is the first, or it with the roles exchanged, and 0 to 6 facts anew."""
    changes, exchanged, along = rng.integers(0, 7, count), rng.random(count) < EXCHANGED, rng.random(count) < 1 / 2

    def draw(rows):
        one, strange = meanings(rng, len(rows)), meanings(rng, len(rows))
        other = one.copy()
        for fact, instead, these in ((AGENT, PATIENT, exchanged), (AGENT_TRAIT, PATIENT_TRAIT, exchanged & along)):
            other[:, [fact, instead]] = np.where(these[rows, None], one[:, [instead, fact]], one[:, [fact, instead]])
        changed = rng.random((len(rows), 6)).argsort(axis=1) < changes[rows, None]
        other = np.where(changed, strange, other)
        same = other[:, AGENT] == other[:, PATIENT]  # nobody does it to himself: then both are those of the other meaning
        other[same] = np.where(np.isin(range(6), (AGENT, PATIENT)), strange[same], other[same])
        return np.stack([one, other], axis=1)

    return of_part(rng, count, draw, tested=tested)


@lru_cache(maxsize=1)
def _orders():
    """The four ways to order a sentence: which slot stands where (4, 12); see `told`."""
    agent, patient, when = ("the", "agent trait", "agent"), ("the", "patient trait", "patient"), ("at", "time")
    active, passive = (*agent, "deed", *patient), (*patient, "was", "deed", "by", *agent)
    slots = ("the", "was", "by", "at", "stop", "agent", "agent trait", "deed", "patient", "patient trait", "time", "nothing")
    clauses = (active, passive)
    orders = [(*clause, *when, "stop") for clause in clauses] + [(*when, *clause, "stop") for clause in clauses]
    return np.array([[slots.index(slot) for slot in (*order, *["nothing"] * (LONGEST - len(order)))] for order in orders])


def ways(rng, count):
    """Draw how sentences are told (B, 7): for each fact which of its two words, and which of the four orders."""
    return np.concatenate([rng.integers(0, 2, (count, 6)), rng.integers(0, 4, (count, 1))], axis=1)


def told(meaning, way):
    """Tell meanings (B, 6) in the given ways (B, 7): numbers of the words (B, 12) int32, FILL behind the stop."""
    facts = np.array([_ANIMALS, _TRAITS, _DEEDS, _ANIMALS, _TRAITS, _TIMES]) + 2 * meaning + way[:, :6]
    for trait in (AGENT_TRAIT, PATIENT_TRAIT):
        facts[meaning[:, trait] == NO_TRAIT, trait] = FILL
    fixed = np.broadcast_to([THE, WAS, BY, AT, STOP], (len(meaning), 5))
    slots = np.concatenate([fixed, facts, np.full((len(meaning), 1), FILL)], axis=1)  # (B, 12) in the order of `_orders`
    rows = np.take_along_axis(slots, _orders()[way[:, 6]], axis=1)
    closed = np.argsort(rows == FILL, axis=1, kind="stable")  # a trait that is not told leaves no gap
    return np.take_along_axis(rows, closed, axis=1).astype(np.int32)


def plain(rng, count, *, tested):
    """Draw meanings (B, 6), all to test or all to train."""
    return of_part(rng, count, lambda rows: meanings(rng, len(rows))[:, None], tested=tested)[:, 0]


def sentences(rng, count, *, tested):
    """Draw sentences (B, 12) int32, of meanings to test or to train."""
    return told(plain(rng, count, tested=tested), ways(rng, count))


def pairs(rng, count, *, tested):
    """Draw pairs of sentences (B, 2, 12) int32, and how alike their meanings are (B,) float32."""
    both = twosomes(rng, count, tested=tested)
    words = np.stack([told(both[:, 0], ways(rng, count)), told(both[:, 1], ways(rng, count))], axis=1)
    return words, alike(both[:, 0], both[:, 1]).astype(np.float32)


def riddles(rng, count, *, tested):
    """Draw sentences three times each (B, 12) int32: as drawn, told in another way, and the first with the roles exchanged.

    The first and the third have the same words in the same places but for who acts and who is acted on; so only order tells
    them apart. The second may share no word with the first and tells the same. With `tested` the first two tell a meaning that
    is never trained on; the exchanged one is mostly among those that are.
    """
    meaning, way = plain(rng, count, tested=tested), ways(rng, count)
    other, exchange = meaning[:, EXCHANGE], [*EXCHANGE, 6]
    return told(meaning, way), told(meaning, ways(rng, count)), told(other, way[:, exchange])


def shown(row):
    """A sentence (12,) as a reader sees it."""
    return " ".join(WORDS[word] for word in row if word not in (FILL, MARK))
