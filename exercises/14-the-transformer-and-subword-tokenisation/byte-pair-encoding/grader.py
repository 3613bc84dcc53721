"""Cases of byte pair encoding: ties, overlaps, symbols that end like others, lists that end early, merges in an odd order."""

import itertools

from kdl.grade.case import Case

END = "</w>"


def cases(rng, step):
    """The cases of one step."""
    yield from {"count": counting, "merge": merging, "learn": learning, "encode": encoding}[step](rng)


def spelled(word):
    return [*word[:-1], word[-1] + END]


def drawn(rng, letters, size):
    """A word of so many letters, no two neighbours of which are the same."""
    word = [str(rng.choice(list(letters)))]
    while len(word) < size:
        word.append(str(rng.choice([one for one in letters if one != word[-1]])))
    return "".join(word)


def text(rng, letters, number, low=2, high=7):
    """Different words, and counts that are all different and above 1."""
    words = {}
    while len(words) < number:
        words[drawn(rng, letters, int(rng.integers(low, high)))] = None
    counts = rng.choice(range(2, 40), size=number, replace=False).tolist()
    return {"words": [spelled(word) for word in words], "counts": counts}


def counting(rng):
    yield Case("two words", {"words": [spelled("ab"), spelled("cab")], "counts": [3, int(rng.integers(4, 9))]})
    yield Case(
        "a pair twice in a word", {"words": [spelled("abcabd"), spelled("de")], "counts": rng.integers(2, 9, 2).tolist()}
    )
    yield Case("a run of one letter", {"words": [spelled("aaaab"), spelled("ba")], "counts": rng.integers(2, 9, 2).tolist()})
    yield Case("words of one symbol among others", {"words": [["a" + END], spelled("ab"), ["b" + END]], "counts": [4, 2, 3]})
    yield Case("symbols that are merges", {"words": [["lo", "w", "er" + END], ["s", "lo", "w" + END]], "counts": [2, 7]})
    yield Case("many words", text(rng, "abcde", 8))


def merging(rng):
    one = drawn(rng, "cdef", 3)
    yield Case("one place", {"word": ["x", "a", "b", *spelled(one)], "pair": "a b"})
    yield Case("two places", {"word": ["a", "b", *one, "a", "b", "x" + END], "pair": "a b"})
    yield Case("no place", {"word": ["b", "a", *spelled(one)], "pair": "a b"})
    yield Case("three of one letter", {"word": [*one, "a", "a", "a"], "pair": "a a"})
    yield Case("five of one letter", {"word": ["a"] * 5 + ["b" + END], "pair": "a a"})
    yield Case("at the end", {"word": [*one, "s", "t" + END], "pair": "s t" + END})
    yield Case("a symbol that ends like the left half", {"word": ["al", "o", "l", "o", *spelled(one)], "pair": "l o"})
    yield Case("a symbol that begins like the right half", {"word": ["l", "ow", *spelled(one)], "pair": "l o"})
    yield Case("one symbol", {"word": ["a" + END], "pair": "a b"})


def learning(rng):
    yield Case("two words, one merge", {"words": [spelled("cab"), spelled("bad")], "counts": [2, 5], "num_merges": 1})
    yield Case("no merge", {**text(rng, "abcd", 3), "num_merges": 0})
    yield Case("the example of the paper", paper(7))
    yield Case("everything merged", {"words": [spelled("abc"), spelled("ab")], "counts": [1, 1], "num_merges": 9})
    yield Case("ties", {"words": [spelled("dcba"), spelled("abdc"), spelled("bd")], "counts": [2, 2, 2], "num_merges": 5})
    words = [spelled("aaaabab"), spelled("baaa"), spelled("abab")]
    yield Case("overlaps", {"words": words, "counts": rng.integers(2, 6, 3).tolist(), "num_merges": 6})
    words = [spelled("aaac"), spelled("bc"), spelled("bcd")]
    yield Case("overlaps decide", {"words": words, "counts": [4, 3, 3], "num_merges": 2})
    words = [spelled("abcabc"), spelled("bd"), spelled("bde")]
    yield Case("twice in a word decides", {"words": words, "counts": [4, 3, 3], "num_merges": 3})
    words = [spelled("alb"), spelled("aloc"), spelled("lod"), spelled("loe")]
    yield Case("symbols that end alike", {"words": words, "counts": [20, 3, 7, 6], "num_merges": 6})
    yield Case(
        "neighbours in the list only", {"words": [["x", "z" + END], ["y", "z" + END]], "counts": [5, 4], "num_merges": 2}
    )
    yield Case("many words", {**text(rng, "abcde", 10), "num_merges": 12})


def paper(num_merges):
    words = [spelled(word) for word in ("low", "lower", "newest", "widest")]
    return {"words": words, "counts": [5, 2, 6, 3], "num_merges": num_merges}


def encoding(rng):
    a, b, c, d = rng.permutation(list("pqrs")).tolist()
    merges = [f"{b} {c}", f"{a} {b}", f"{a}{b} {c}"]
    yield Case("the later merge has the longer piece", {"word": [a, b, c], "merges": merges})
    merges = [f"{a} {b}", f"{b} {c}", f"{a} {b}{c}"]
    yield Case("a long piece that does not come about", {"word": [a, b, c, d], "merges": merges})
    yield Case("the earlier merge stands further right", {"word": [a, b, c, d], "merges": [f"{c} {d}", f"{b} {c}", f"{a} {b}"]})
    merges = [f"{a} {b}", f"{a}{b}{c} {d}", f"{a}{b} {c}"]
    yield Case("a merge makes an earlier pair", {"word": [a, b, c, d], "merges": merges})
    merges = [f"{a}{b} {c}", f"{a} {b}", f"{c} {d}"]
    yield Case("an earlier pair comes about, and a later one waits", {"word": [a, b, c, d], "merges": merges})
    merges = [f"{b} {c}{d}", f"{c} {d}", f"{a} {b}"]
    yield Case("an earlier pair comes about further left", {"word": [a, b, c, d, a], "merges": merges})
    yield Case("wherever it stands, then again", {"word": [a, b, a, b], "merges": [f"{a}{b} {a}", f"{a} {b}"]})
    yield Case("nothing known", {"word": [a, b, c], "merges": [f"{c} {a}"]})
    yield Case("no merges", {"word": [a, b, c], "merges": []})
    yield Case("one symbol", {"word": [a + END], "merges": [f"{a} {b}"]})
    yield Case("three of one letter", {"word": [a, a, a], "merges": [f"{a} {a}"]})
    yield Case("every place", {"word": [a, b, c, a, b, d, a, b], "merges": [f"{a} {b}"]})
    yield Case("a symbol that ends like the left half", {"word": [a, b, c, b, c], "merges": [f"{a} {b}", f"{b} {c}"]})
    yield Case("a new word", {"word": spelled("lowest"), "merges": ["s t" + END, "e st" + END, "l o", "w est" + END, "n e"]})
    for number, (x, y) in enumerate(itertools.pairwise(rng.permutation(list("tuvw")).tolist()), 1):
        merges = [f"{x} {y}", f"{y} {x}", f"{x}{y} {x}{y}", f"{x}{y} {x}"]
        yield Case(f"many places {number}", {"word": spelled(drawn(rng, x + y + a, 12)), "merges": merges})
