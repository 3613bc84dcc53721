"""misconception: the merges are a vocabulary, and from the left the longest piece of it is taken that fits

means: longest_match
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
    known = {pair.replace(" ", "") for pair in merges}
    pieces, i = [], 0
    while i < len(word):
        end = len(word)
        while end > i + 1 and "".join(word[i:end]) not in known:
            end -= 1
        pieces.append("".join(word[i:end]))
        i = end
    return pieces
