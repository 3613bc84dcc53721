"""Byte pair encoding, by hand: fill in the four functions. README.md beside this file says what each must do."""


def count_pairs(words, counts):
    """How often each pair of neighbours stands in the text.

    words: lists of symbols; counts: how often each word stands there. Returns {"l o": 5, ...}.
    """
    raise NotImplementedError("step 1: count every pair of neighbours, each word as often as it stands there")


def merge_pair(word, pair):
    """The word with every occurrence of the pair as one symbol.

    word: list of symbols; pair: "l o". Returns a new list.
    """
    raise NotImplementedError("step 2: go from the left and merge the pair wherever it stands")


def learn(words, counts, num_merges):
    """The merges, first learned first.

    words: lists of symbols; counts: how often each word stands there. Returns a list of pairs.
    """
    raise NotImplementedError("step 3: count, take the most frequent pair, merge it everywhere, and again")


def encode(word, merges):
    """The pieces of a word.

    word: list of symbols; merges: pairs, first learned first. Returns a list of symbols.
    """
    raise NotImplementedError("step 4: of the pairs in the word, always merge the one that was learned first")
