"""misconception: ties go by the order of the new symbols, so the texts are compared without the space

means: none
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
        ordered = sorted(pairs, key=lambda p: (pairs[p], p.replace(" ", ""), p))
        merges.append(ordered[-1])
        words = [merge_pair(word, ordered[-1]) for word in words]
    return merges


def encode(word, merges):
    rank = {pair: i for i, pair in enumerate(merges)}
    word = list(word)
    while True:
        there = [l + " " + r for l, r in zip(word, word[1:]) if l + " " + r in rank]
        if not there:
            return word
        word = merge_pair(word, min(there, key=rank.get))
