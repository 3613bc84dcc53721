"""Counts of the words ignored."""


def count_pairs(words, counts):
    pairs = {}
    for word in words:
        for left, right in zip(word[:-1], word[1:]):
            key = f"{left} {right}"
            pairs[key] = pairs.get(key, 0) + 1
    return pairs


def merge_pair(word, pair):
    left, right = pair.split(" ")
    new = []
    i = 0
    while i < len(word):
        if i + 1 < len(word) and word[i] == left and word[i + 1] == right:
            new.append(left + right)
            i += 2
        else:
            new.append(word[i])
            i += 1
    return new


def learn(words, counts, num_merges):
    merges = []
    for _ in range(num_merges):
        pairs = count_pairs(words, counts)
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        words = [merge_pair(word, best) for word in words]
        merges.append(best)
    return merges


def encode(word, merges):
    word = list(word)
    while True:
        here = [a + " " + b for a, b in zip(word, word[1:])]
        known = [pair for pair in here if pair in merges]
        if not known:
            return word
        word = merge_pair(word, min(known, key=merges.index))
