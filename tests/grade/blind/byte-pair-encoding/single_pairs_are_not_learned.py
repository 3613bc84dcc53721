"""misconception: a pair that stands in the text only once is not worth a merge, so learning ends there

means: lone_pairs_left
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
    for _ in range(num_merges):
        pairs = count_pairs(words, counts)
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        if pairs[best] < 2:
            break
        merges.append(best)
        words = [merge_pair(word, best) for word in words]
    return merges


def encode(word, merges):
    pieces = list(word)
    found = True
    while found:
        found = False
        neighbours = {f"{pieces[i]} {pieces[i + 1]}" for i in range(len(pieces) - 1)}
        for pair in merges:
            if pair in neighbours:
                pieces = merge_pair(pieces, pair)
                found = True
                break
    return pieces
