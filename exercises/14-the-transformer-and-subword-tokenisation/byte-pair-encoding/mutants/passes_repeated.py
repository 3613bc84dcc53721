"""Passes over the merges, repeated."""


def count_pairs(words, counts):
    pairs = {}
    for word, count in zip(words, counts):
        for i in range(len(word) - 1):
            pair = word[i] + " " + word[i + 1]
            pairs[pair] = pairs.get(pair, 0) + count
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
    pieces, before = list(word), None
    while pieces != before:
        before = pieces
        for pair in merges:
            pieces = merge_pair(pieces, pair)
    return pieces
