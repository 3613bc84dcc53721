"""misconception: of equally frequent pairs the one that was met first in the text is taken

means: ties_to_the_first_met
"""


def count_pairs(words, counts):
    table = {}
    for n in range(len(words)):
        w = words[n]
        for i in range(len(w) - 1):
            p = f"{w[i]} {w[i + 1]}"
            if p not in table:
                table[p] = 0
            table[p] += counts[n]
    return table


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
        best = max(pairs, key=pairs.get)
        merges.append(best)
        words = [merge_pair(word, best) for word in words]
    return merges


def encode(word, merges):
    rank = {pair: i for i, pair in enumerate(merges)}
    word = list(word)
    while True:
        there = [l + " " + r for l, r in zip(word, word[1:]) if l + " " + r in rank]
        if not there:
            return word
        word = merge_pair(word, min(there, key=rank.get))
