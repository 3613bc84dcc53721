"""misconception: after each single merge one looks again for the first pair of the list, before its other places are merged

means: only_the_first_place
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
        best = max(pairs, key=lambda p: (pairs[p], p))
        words = [merge_pair(word, best) for word in words]
        merges.append(best)
    return merges


def encode(word, merges):
    rank = {pair: i for i, pair in enumerate(merges)}
    pieces = list(word)
    while len(pieces) > 1:
        ranks = [rank.get(f"{l} {r}", len(merges)) for l, r in zip(pieces, pieces[1:])]
        best = min(ranks)
        if best == len(merges):
            break
        i = ranks.index(best)
        pieces[i : i + 2] = [pieces[i] + pieces[i + 1]]
    return pieces
