"""misconception: every merge is used once, in the order of the list; what a later one makes for an earlier one stays

means: one_pass
"""


def count_pairs(words, counts):
    pairs = {}
    for word, count in zip(words, counts):
        for left, right in zip(word, word[1:]):
            key = left + " " + right
            pairs[key] = pairs.get(key, 0) + count
    return pairs


def merge_pair(word, pair):
    new, skip = [], False
    for i, symbol in enumerate(word):
        if skip:
            skip = False
        elif " ".join(word[i : i + 2]) == pair:
            new.append(pair.replace(" ", ""))
            skip = True
        else:
            new.append(symbol)
    return new


def learn(words, counts, num_merges):
    merges = []
    now = [list(word) for word in words]
    while len(merges) < num_merges:
        pairs = count_pairs(now, counts)
        if len(pairs) == 0:
            return merges
        most = max(pairs.values())
        best = max(p for p, n in pairs.items() if n == most)
        merges.append(best)
        now = [merge_pair(word, best) for word in now]
    return merges


def encode(word, merges):
    pieces = list(word)
    for pair in merges:
        pieces = merge_pair(pieces, pair)
    return pieces
