"""Indices and dicts alone. Encoding goes through the list of merges, and starts at its front again after every hit."""


def count_pairs(words, counts):
    pairs = {}
    for number in range(len(words)):
        word = words[number]
        for i in range(len(word) - 1):
            pair = word[i] + " " + word[i + 1]
            pairs[pair] = pairs.get(pair, 0) + counts[number]
    return pairs


def merge_pair(word, pair):
    left, right = pair.split()
    out = []
    open_left = False  # the last symbol of `out` may still become the left half
    for symbol in word:
        if open_left and symbol == right:
            out[-1] = left + right
            open_left = False
        else:
            out.append(symbol)
            open_left = symbol == left
    return out


def learn(words, counts, num_merges):
    merges = []
    while len(merges) < num_merges:
        best, most = None, 0
        for pair, count in count_pairs(words, counts).items():
            if count > most or (count == most and pair > best):
                best, most = pair, count
        if best is None:
            return merges
        merges.append(best)
        words = [merge_pair(word, best) for word in words]
    return merges


def encode(word, merges):
    place = 0
    while place < len(merges):
        after = merge_pair(word, merges[place])
        place = place + 1 if len(after) == len(word) else 0
        word = after
    return list(word)
