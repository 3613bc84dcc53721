"""misconception: the word is walked from its end, so that taking a symbol out does not move those that come

means: merged_from_the_right
"""


def count_pairs(words, counts):
    pairs = {}
    for word, count in zip(words, counts):
        for left, right in zip(word, word[1:]):
            key = left + " " + right
            pairs[key] = pairs.get(key, 0) + count
    return pairs


def merge_pair(word, pair):
    left, right = pair.split(" ")
    word = list(word)
    i = len(word) - 2
    while i >= 0:
        if word[i] == left and word[i + 1] == right:
            word[i : i + 2] = [left + right]
            i -= 1
        i -= 1
    return word


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
