"""Cases of BLEU: repeats, several references, short and empty sentences, ties of length, a precision of zero."""

import numpy as np

from kdl.grade.case import Case

WORDS = np.array(["the", "a", "cat", "dog", "mat", "sat", "on", "is", "was", "there", "red", "big"])


def cases(rng, step):
    """The cases of one step."""
    makers = {"counts": sentences, "brevity": lengths, "corpus": corpora}
    for name, first, second in makers[step](rng):
        names = {
            "counts": ("candidate", "references"),
            "brevity": ("candidate_lengths", "reference_lengths"),
            "corpus": ("candidates", "references"),
        }[step]
        yield Case(name, dict(zip(names, (first, second), strict=True)))


def some(rng, count):
    """So many different words."""
    return rng.permutation(WORDS)[:count].tolist()


def text(rng, count):
    """A sentence of words that repeat."""
    return rng.choice(WORDS[:6], size=count).tolist()


def near(rng, sentence, changes, cut=0):
    """The sentence with some words changed and the last ones cut off."""
    other = list(sentence[: len(sentence) - cut])
    for at in rng.choice(len(other), size=changes, replace=False):
        other[at] = str(rng.choice(WORDS))
    return other


def sentences(rng):
    a, b, c, d, e, f = some(rng, 6)
    yield "one word", [a], [[a]]
    yield "one word said three times", [a, a, a], [[b, a, c, a]]
    yield "two references with the word once each", [a, b, a, a], [[a, c], [d, a, b]]
    yield "repeated groups", [a, b, a, b, a, b, c], [[a, b, c, a, b], [c, a, b, d]]
    yield "the same groups in another order", [c, d, a, b], [[a, b, c, d]]
    yield "all of a reference, turned round", [d, c, b, a], [[a, b, c, d], [a, b]]
    yield "a group across two references", [a, b, c, d, e], [[a, b, c], [c, d, e, f]]
    yield "the best count is in the second reference", [a, a, a, b], [[a, b], [a, a, c], [b, b]]
    yield "exactly right", [a, b, c, d, e], [[f, a], [a, b, c, d, e]]
    yield "three tokens", [a, b, c], [[a, b, c, d]]
    yield "an empty sentence", [], [[a, b], [c]]
    yield "nothing in common", [a, b, a, c, a], [[d, e, f], [f]]
    base = text(rng, 9)
    yield "longer sentences", near(rng, base, 2, 1), [near(rng, base, 1), near(rng, base, 2), text(rng, 5)]


def lengths(rng):
    few = int(rng.integers(4, 9))
    yield "one sentence, one longer reference", [few], [[few + int(rng.integers(1, 5))]]
    yield "longer than its reference", [few + 3], [[few]]
    yield "as long as its reference", [few], [[few]]
    yield "two references", [few + 1], [[few + 9, few + 3]]
    yield "two references that are equally close, the longer first", [few], [[few + 2, few - 2]]
    yield "two that are equally close, and a far one", [few], [[few + 9, few - 1, few + 1]]
    yield "the shortest is not the closest", [few + 4], [[few + 5, few - 3]]
    yield "the longest is not the closest", [few + 4], [[few + 20, few + 5, 1]]
    yield "nothing said", [0], [[few, few + 1]]
    yield "one sentence of two is empty", [0, few + 1], [[few], [few + 2, few + 7]]
    short = rng.integers(3, 7, size=4)
    yield (
        "four sentences, some too long and some too short",
        [int(short[0]), 12, int(short[1]), 8],
        [[int(short[0]) + 6], [9, 4, 20], [int(short[1]) + 4, int(short[1]) + 7], [9, 7]],
    )
    yield "too long as a whole", [14, 5], [[10, 3], [7, 9]]


def corpora(rng):
    a, b, c, d, e, f, g = some(rng, 7)
    yield "exactly right", [[a, b, c, d]], [[[a, b, c, d]]]
    yield "one sentence, too short", [[a, b, c, d, e]], [[[a, b, c, d, f, g, e]]]
    yield "one sentence, too long", [[a, b, c, d, e, f]], [[[a, b, c, d, e], [b, c, d]]]
    yield "no group of four is right", [[a, b, c, e, d]], [[[a, b, c, d, e]]]
    yield "sentences too short for groups of four", [[a, b, c], [d]], [[[a, b, c]], [[d, e], [d]]]
    yield "nothing said", [[]], [[[a, b]]]
    yield "nothing in common", [[a, b, c, d]], [[[e, f, g, g, g]]]
    two = [[a, b, c, d, e, a], [f, g]], [[[a, b, c, d, f, a, g]], [[g, f], [f, g, a]]]
    yield "one sentence of two has no group of four", *two
    yield "one sentence of two is empty", [[a, b, c, d, e], []], [[[a, b, c, d, f, e]], [[b, c], [c, d, e]]]
    yield "two references with a word once each", [[a, b, c, d, a]], [[[a, b, c, d, e], [f, a]]]
    yield "references that cover different parts", [[a, b, c, d, e, f, g]], [[[a, b, c, d], [c, d, e, f], [f, g, b]]]
    yield "the closest reference comes second", [[a, b, c, d, e]], [[[e, f], [a, b, c, d, f, e]]]
    yield "two references that are equally close", [[a, b, c, d, e]], [[[a, b, c, d, f, e], [e, d, c, b]]]
    yield "two that are equally close, the shorter first", [[a, b, c, d, e]], [[[e, d, c, b], [a, b, c, d, f, e]]]
    yield (
        "the penalty is that of all sentences",
        [[a, b, c, d, e, f], [g, a]],
        [[[a, b, c, d], [a]], [[b] * 9, [g, a, b, c, d]]],
    )
    yield "repeats that are clipped", [[a, b, a, b, a, b, a, b]], [[[a, b, a, b, c, d]]]
    many, others = [], []
    for size in (9, 6, 11, 4):
        base = text(rng, size)
        kept = base[:5]  # a group of four that is surely right
        many.append(kept + near(rng, base, 1, 1)[5:] if size > 6 else near(rng, base, 1))
        others.append([base, near(rng, base, 2), text(rng, size + 3)][: int(rng.integers(1, 4))])
    yield "four sentences", many, others
    base = text(rng, 8)
    yield "five references", [near(rng, base, 0, 2)], [[base, *(near(rng, base, 2, cut) for cut in (0, 1, 3, 4))]]
