"""misconception: a pair is counted as often as it can be merged: a symbol is not used by it twice

means: no_overlaps_counted
"""


def count_pairs(words, counts):
    pairs = {}
    for word, count in zip(words, counts):
        used = {}  # pair -> where its last occurrence ends
        for i in range(len(word) - 1):
            pair = word[i] + " " + word[i + 1]
            if used.get(pair) == i:
                continue
            used[pair] = i + 1
            pairs[pair] = pairs.get(pair, 0) + count
    return pairs


def merge_pair(word, pair):
    left, right = pair.split(" ")
    out = []
    i = 0
    while i < len(word):
        if i + 1 < len(word) and word[i] == left and word[i + 1] == right:
            out.append(left + right)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


def learn(words, counts, num_merges):
    merges = []
    for _ in range(num_merges):
        pairs = count_pairs(words, counts)
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        words = [merge_pair(word, best) for word in words]
        merges.append(best)
    return merges


def encode(word, merges):
    rank = {pair: i for i, pair in enumerate(merges)}
    word = list(word)
    while True:
        there = [l + " " + r for l, r in zip(word, word[1:]) if l + " " + r in rank]
        if not there:
            return word
        word = merge_pair(word, min(there, key=rank.get))
